"""Files that are replaced whole: nothing of the user's is lost when a program is stopped midway."""

from __future__ import annotations

from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Replace `path` by `text` in UTF-8, whole or not at all; half a surrogate pair is spelled out."""
    scratch = path.with_name(f".{path.name}.part")
    scratch.write_bytes(text.encode("utf-8", "backslashreplace"))
    scratch.replace(path)
