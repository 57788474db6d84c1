"""Makes docs/cards.png with a headless Chromium: python docs/cards.py."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from torch import nn

from tl_course.exercises import check
from tl_course.exercises.card import card

FOLDER = Path(__file__).parent
STYLE = (
    "body { font: 14px/1.5 sans-serif; margin: 16px; width: 760px }"
    "code { background: #eee; padding: 0 3px } body > div { margin-bottom: 14px }"
)


def right(model: nn.Module, head: str) -> None:
    """Freeze parameters and statistics."""
    model.requires_grad_(False).eval()
    model.get_submodule(head).requires_grad_(True).train()


def parameters_only(model: nn.Module, head: str) -> None:
    """Forget the statistics."""
    model.train()
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.startswith(head + ".")


def untouched(model: nn.Module, head: str) -> None:
    """As handed out."""
    raise NotImplementedError


def main() -> None:
    """Draw the three cards that one task can get."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("This needs Chromium; on Debian and Ubuntu: apt install chromium")
    cards = "".join(card(check("freeze_backbone", answer)) for answer in (right, parameters_only, untouched))
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "cards.html"
        page.write_text(f"<meta charset='utf-8'><style>{STYLE}</style>{cards}", encoding="utf-8")
        command = [
            browser,
            "--headless",
            "--no-sandbox",
            "--hide-scrollbars",
            "--force-device-scale-factor=1.5",
        ]
        window = ["--window-size=800,300", f"--screenshot={FOLDER / 'cards.png'}", page.as_uri()]
        subprocess.run([*command, *window], check=True, capture_output=True)


if __name__ == "__main__":
    main()
