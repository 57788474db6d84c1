"""Makes the README's figures: python docs/figures.py."""

import base64
from pathlib import Path

import nbformat

from tl_course import view
from tl_course.data import CRITTERS, SOURCE_CLASSES, Critters, SourceTask
from tl_course.studies import load_study

FOLDER = Path(__file__).parent
LESSONS = FOLDER.parent / "notebooks"


def main() -> None:
    """Write critters.png, things.png, data_size.png, strategies.png and tag.png."""
    view.contact_sheet(Critters("train"), per_class=12).savefig(FOLDER / "critters.png")
    some = SOURCE_CLASSES[::5]
    view.contact_sheet(SourceTask("train", 12, classes=some), per_class=12).savefig(FOLDER / "things.png")
    study = load_study("data_size")
    if study is not None:
        view.plot_data_size(study, chance=1 / len(CRITTERS)).savefig(FOLDER / "data_size.png")
    study = load_study("fine_tuning")
    if study is not None:
        view.plot_strategies(study, chance=1 / len(CRITTERS)).savefig(FOLDER / "strategies.png")
    (FOLDER / "tag.png").write_bytes(stored_figure("05_grad_cam", tag="readme"))


def stored_figure(lesson: str, tag: str) -> bytes:
    """The PNG that a lesson's cell with this tag has stored: made by training, too long to make twice."""
    cells = nbformat.read(LESSONS / f"{lesson}.ipynb", as_version=4).cells
    (cell,) = [cell for cell in cells if tag in cell.metadata.get("tags", [])]
    (figure,) = [output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {})]
    return base64.b64decode(figure)


if __name__ == "__main__":
    main()
