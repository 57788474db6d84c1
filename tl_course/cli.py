"""The command line: `tl-course VERB`.

Each verb imports what it needs when it runs, so that `tl-course --help` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tl_course.errors import CourseError

app = typer.Typer(
    help="An interactive course in transfer learning with PyTorch.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich alone would double the time that --help takes
    pretty_exceptions_enable=False,
)
exercises_app = typer.Typer(help="The exercises.", no_args_is_help=True)
app.add_typer(exercises_app, name="exercises")


@app.command()
def doctor() -> None:
    """Check what a student needs, one line for each thing; each failure names its cure."""
    from tl_course.doctor import examine, report

    findings = examine()
    typer.echo(report(findings))
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context) -> None:
    """Open the course in JupyterLab; further arguments go to JupyterLab (for example --no-browser)."""
    from tl_course.lab import open_lab

    raise typer.Exit(open_lab(context.args))


@app.command()
def run(
    lessons: Annotated[
        list[str] | None, typer.Argument(help="Such as 01 02, or a notebook's path; else all lessons.")
    ] = None,
    profile: Annotated[str | None, typer.Option(help="pocket or imagenet; else TL_COURSE_PROFILE.")] = None,
    save: Annotated[bool, typer.Option("--save", help="Store the outputs in the notebooks.")] = False,
    timeout: Annotated[int, typer.Option(help="Seconds that one cell may take.", min=1)] = 600,
) -> None:
    """Run lessons without a browser, in the active profile."""
    from tl_course.runner import failures, find_lessons, run_lessons, table

    results = run_lessons(find_lessons(lessons or []), profile=profile, save=save, timeout=timeout)
    typer.echo(table(results))
    for failure in failures(results):
        typer.echo(failure, err=True)
    raise typer.Exit(1 if failures(results) else 0)


@app.command()
def study(
    name: str,
    progress: Annotated[bool, typer.Option(help="Show progress.")] = True,
) -> None:
    """Compute a study's missing rows and store them; a stopped study resumes."""
    from tl_course.studies import run_study

    run_study(name, progress=progress)


@exercises_app.command()
def build(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail where exercises/ is stale.")
    ] = False,
) -> None:
    """Make exercises/ from solutions/: stubs with their contract, no outputs."""
    from tl_course.exercises.edition import build as build_edition
    from tl_course.exercises.edition import drift
    from tl_course.runner import notebooks_folder

    course = notebooks_folder().parent
    folders = course / "solutions", course / "exercises"
    lines = drift(*folders) if check else [f"wrote {path}" for path in build_edition(*folders)]
    typer.echo("\n".join(lines) or "exercises/ is what solutions/ gives.")
    if check and lines:
        raise CourseError("exercises/ is stale: `tl-course exercises build` makes it anew.")


@app.command()
def grade(
    submissions: Annotated[Path, typer.Argument(help="A folder or zip, as the platform gives it.")],
    out: Annotated[Path, typer.Option(help="Folder of the results; a rerun grades what is new.")],
    course: Annotated[
        Path | None, typer.Option(help="The course's folder; else the one around this folder.")
    ] = None,
    roster: Annotated[Path | None, typer.Option(help="CSV: student, and name, email, moodle_id ...")] = None,
    late: Annotated[Path | None, typer.Option(help="CSV: student, lesson, percent to take off.")] = None,
    override: Annotated[Path | None, typer.Option(help="CSV: student, task, points, reason.")] = None,
    marks: Annotated[Path | None, typer.Option(help="CSV of marks of texts; else OUT/marks.csv.")] = None,
    gradebook: Annotated[Path | None, typer.Option(help="Also write the scores into nbgrader's.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="A task's name; may be given again.")] = None,
    student: Annotated[list[str] | None, typer.Option(help="A student's key; may be given again.")] = None,
    regrade: Annotated[str, typer.Option(help="changed, stopped (error or clock) or all.")] = "changed",
    workers: Annotated[int | None, typer.Option(help="Processes; else one for each core.", min=1)] = None,
    time_limit: Annotated[float, typer.Option(help="Seconds that one answer may take.", min=1)] = 30.0,
    seed: Annotated[int | None, typer.Option(help="Of the checks' inputs; else a new one each run.")] = None,
    trust_submissions: Annotated[
        bool, typer.Option("--trust-submissions", help="Run students' programs with your own rights.")
    ] = False,
    scheduler: Annotated[str | None, typer.Option(help="A Dask cluster's, such as tcp://host:8786.")] = None,
    progress: Annotated[bool, typer.Option(help="Show progress on a terminal.")] = True,
) -> None:
    """Grade what a class handed in: scores, feedback pages, and a report."""
    from tl_course.grading.options import Options
    from tl_course.grading.run import grade_class
    from tl_course.grading.sandbox.inside.isolation import Limits
    from tl_course.grading.schedule import cores
    from tl_course.runner import notebooks_folder

    options = Options(
        submissions=submissions,
        out=out,
        solutions=(course or notebooks_folder().parent) / "solutions",
        roster=roster,
        late=late,
        override=override,
        marks=marks,
        gradebook=gradebook,
        only=tuple(only or ()),
        students=tuple(student or ()),
        regrade=regrade,
        workers=workers or cores(),
        limits=Limits(seconds=time_limit),
        seed=seed,
        trusted=trust_submissions,
        scheduler=scheduler,
        progress=progress,
    )
    for line in grade_class(options):
        typer.echo(line)


@app.command()
def pretrain(
    names: Annotated[list[str] | None, typer.Argument(help="Such as pocket_resnet; else all five.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of weights and batches.")] = 0,
    progress: Annotated[bool, typer.Option(help="Show progress.")] = True,
) -> None:
    """Train pocket backbones on the source task and write their weights and cards."""
    from tl_course.training.pretrain import pretrain as pretrain_backbones

    pretrain_backbones(*(names or []), seed=seed, progress=progress)


def main() -> None:
    """Run the command line; a CourseError becomes one line on stderr and exit code 1."""
    try:
        app()
    except CourseError as error:
        typer.echo(f"Error: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
