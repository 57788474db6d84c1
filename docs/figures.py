"""Makes the README's figures: python docs/figures.py."""

from pathlib import Path

from tl_course import view
from tl_course.data import CRITTERS, SOURCE_CLASSES, Critters, SourceTask
from tl_course.studies import load_study

FOLDER = Path(__file__).parent


def main() -> None:
    """Write critters.png, things.png, data_size.png and strategies.png."""
    view.contact_sheet(Critters("train"), per_class=12).savefig(FOLDER / "critters.png")
    some = SOURCE_CLASSES[::5]
    view.contact_sheet(SourceTask("train", 12, classes=some), per_class=12).savefig(FOLDER / "things.png")
    study = load_study("data_size")
    if study is not None:
        view.plot_data_size(study, chance=1 / len(CRITTERS)).savefig(FOLDER / "data_size.png")
    study = load_study("fine_tuning")
    if study is not None:
        view.plot_strategies(study, chance=1 / len(CRITTERS)).savefig(FOLDER / "strategies.png")


if __name__ == "__main__":
    main()
