"""Feedback pages as Moodle takes them back for a whole class, as "multiple feedback files in a zip"."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tl_course.grading.results.tally import Standing

# Moodle finds the student by the start of the name that its own download gave.
FOLDER = re.compile(r"(.+?_\d+_assignsubmission_file)(?:_.*)?")
EPOCH = (1980, 1, 1, 0, 0, 0)  # no time of writing: the same pages give the same bytes


def write_moodle_zip(path: Path, class_: Sequence[Standing], lesson: str, pages: Mapping[str, Path]) -> None:
    """Write the pages, by student's key, of those who handed the lesson in through Moodle; no zip for none.

    Source: https://docs.moodle.org/en/Assignment_settings, "Feedback files", and mod/assign/feedback/file.
    """
    folders = {standing.person.key: _folder(standing, lesson) for standing in class_}
    wanted = sorted((folder, key) for key, folder in folders.items() if folder and key in pages)
    if not wanted:
        return
    scratch = path.with_name(f".{path.name}.part")
    with zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder, key in wanted:
            member = zipfile.ZipInfo(f"{folder}_/feedback.html", EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, pages[key].read_bytes())
    scratch.replace(path)


def _folder(standing: Standing, lesson: str) -> str:
    graded = standing.works[lesson].graded
    places = graded.source.split("/") if graded else []
    return next((found[1] for place in places if (found := FOLDER.fullmatch(place))), "")
