"""Makes docs/report.png with a headless Chromium: a made-up class of 200, graded. python docs/report.py."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent
TL_COURSE = Path(sys.executable).parent / "tl-course"


def main() -> None:
    """Make the class, grade it, and photograph the beginning of its report."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("This needs Chromium.")
    with tempfile.TemporaryDirectory() as name:
        handed_in, results = Path(name, "submissions"), Path(name, "results")
        maker = [
            sys.executable,
            "-m",
            "tests.grading.classroom",
            handed_in,
            "--students",
            "200",
            "--seed",
            "1",
        ]
        subprocess.run([str(word) for word in maker], cwd=FOLDER.parent, check=True)
        subprocess.run([TL_COURSE, "grade", handed_in, "--out", results, "--seed", "7"], check=True)
        subprocess.run(
            [
                *(chromium, "--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=1100,1390"),
                *(f"--screenshot={FOLDER / 'report.png'}", f"file://{results / 'report.html'}"),
            ],
            check=True,
        )


if __name__ == "__main__":
    main()
