"""The command line: `tl-course VERB`.

Each verb imports what it needs when it runs, so that `tl-course --help` answers at once.
"""

from __future__ import annotations

import sys
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
    from tl_course.runner import open_lab

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
