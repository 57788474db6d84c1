"""`tl-course grade`: from what was handed in to a folder of results."""

from __future__ import annotations

import difflib
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from tqdm import tqdm

from tl_course.errors import CourseError
from tl_course.grading.assignment import Assignment, read_course
from tl_course.grading.grader import Job
from tl_course.grading.intake.collect import Intake, collect
from tl_course.grading.intake.people import Roster, read_roster
from tl_course.grading.options import Options
from tl_course.grading.plan import Planned, plan
from tl_course.grading.results.write import ByHand, write_results
from tl_course.grading.sandbox import walls
from tl_course.grading.schedule import Grading, grade_all
from tl_course.grading.store import Records, Store, merged

STOPPED = ("crashed", "timed out", "flagged")  # tasks that --regrade stopped takes up again
REGRADE = ("changed", "stopped", "all")


def grade_class(options: Options) -> list[str]:
    """Grade what is new, and write all results; a few lines for the terminal.

    Raises CourseError for what the instructor has to put right; nothing has been written then.
    """
    problem = "" if options.trusted or options.scheduler else walls.missing()
    if problem:
        raise CourseError(
            f"Students' programs can't be shut in here: {problem} Grade in the container (see the README), "
            "or pass --trust-submissions: then they run with your rights, and can read and change your files."
        )
    course = read_course(options.solutions)
    _known([options.regrade], REGRADE, "value of --regrade")
    _known(options.only, [task.name for one in course.values() for task in one.tasks], "task")
    _check_places(options)
    with _alone(options.out), tempfile.TemporaryDirectory(prefix="grading-") as scratch:
        roster = read_roster(options.roster) if options.roster else None
        intake = collect(options.submissions, roster, Path(scratch))
        _known(options.students, list(intake.people), "student")
        by_hand = ByHand.read(options, list(intake.people.values()), course)
        planned = plan(intake.uploads, course)
        graded = _grade(planned, options, course)
        write_results(options, course, intake, Records(options.out, planned, course), by_hand)
    return _summary(graded, planned, intake, roster, options)


def _check_places(options: Options) -> None:
    """Make the folder of results; raises CourseError where it can't be, or must not, be there."""
    if options.submissions.is_dir() and options.out.resolve().is_relative_to(options.submissions.resolve()):
        raise CourseError(f"{options.out} lies among the submissions: name another --out beside them.")
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise CourseError(f"{options.out} can't be a folder of results: {problem.strerror}.") from None


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Two runs that write into one folder would mix their results."""
    store = Store(out)
    lock = FileLock(store.folder / "lock")
    try:
        with lock.acquire(timeout=0):
            yield
    except Timeout:
        raise CourseError(f"Another run is writing into {out}: wait for it, or name another --out.") from None


def _known(names: Collection[str], known: Sequence[str], kind: str) -> None:
    for name in set(names) - set(known):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        raise CourseError(f"There is no {kind} {name!r}." + (f" Did you mean {near[0]!r}?" if near else ""))


def _grade(planned: Sequence[Planned], options: Options, course: Mapping[str, Assignment]) -> int:
    """Grade what is wanted and not known yet, and keep it; the number of notebooks that this took."""
    store = Store(options.out)
    seed = store.seed(options.seed)
    wanted = {one.place: tasks for one in planned if (tasks := _wanted(one, store, options, course))}
    by_file = {(one.upload.student, one.upload.source): one for one in planned}
    jobs = (_job(one, wanted[one.place], seed, course) for one in planned if one.place in wanted)
    grading = Grading(course, options.limits, not options.trusted)
    workers = max(1, min(options.workers, len(wanted)))
    if wanted:
        results = grade_all(jobs, grading, workers, options.scheduler)
        quiet = None if options.progress else True  # None: quiet where nobody looks at a terminal
        for graded in tqdm(results, "grading", len(wanted), unit=" notebooks", disable=quiet):
            one = by_file[graded.student, graded.source]
            store.save(one, merged(store.load(one), graded, course))
    store.finish()
    return len(wanted)


def _wanted(one: Planned, store: Store, options: Options, course: Mapping[str, Assignment]) -> set[str]:
    """The tasks of a notebook that have to run; for an invalid file its only one, without a name."""
    if options.students and one.upload.student not in options.students:
        return set()
    known = store.load(one)
    if not one.lesson:
        return set() if known else {""}
    tasks = {task.name for task in course[one.lesson].tasks}
    chosen = tasks & set(options.only) if options.only else tasks
    if known is None or options.regrade == "all":
        return chosen
    again = ("not graded", *(STOPPED if options.regrade == "stopped" else ()))
    return {outcome.task for outcome in known.outcomes if outcome.task in chosen and outcome.state in again}


def _job(one: Planned, tasks: set[str], seed: int, course: Mapping[str, Assignment]) -> Job:
    whole = not one.lesson or len(tasks) == len(course[one.lesson].tasks)
    only = () if whole else tuple(sorted(tasks))
    return Job(one.upload.student, one.upload.source, one.digest, seed, only=only, path=one.upload.path)


def _summary(
    graded: int, planned: Sequence[Planned], intake: Intake, roster: Roster | None, options: Options
) -> list[str]:
    store = Store(options.out)
    states = Counter(known.state for one in planned if (known := store.load(one)))
    students = len({one.upload.student for one in planned})
    others = "" if graded == len(planned) else "; the others were known or not asked for"
    lines = [f"{graded} of {len(planned)} notebooks of {students} students graded{others}."]
    missing = len(intake.missing(roster)) if roster else 0
    for count, what in (
        (states["flagged"], "notebooks flagged: a person has to look"),
        (states["invalid file"], "files could not be read as a notebook of the course"),
        (len(intake.rejected), "files are no submissions"),
        (missing, "students of the roster handed in no notebook"),
    ):
        if count:
            lines.append(f"{count} {what}.")
    return [*lines, f"See {options.out / 'report.html'}."]
