"""A wrong backbone name, explained: which it was, where it came from, and what is near."""

from __future__ import annotations

import os
from collections.abc import Sequence
from difflib import get_close_matches

from tl_course.errors import CourseError


def unknown_name(name: str, known: Sequence[str], otherwise: str, listing: str) -> CourseError:
    """The error for a name that is not among the `known`. `otherwise` are names to try where none is near."""
    near = get_close_matches(str(name).lower(), known, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Try {otherwise}."
    return CourseError(f"Unknown backbone {name!r} ({origin(name)}). {hint} {listing} lists every name.")


def origin(name: str) -> str:
    """Where the name of the backbone was said: in a setting or in the call."""
    setting = os.environ.get("TL_COURSE_BACKBONE", "")
    if setting and setting.lower() == str(name).lower():
        return "named by the setting TL_COURSE_BACKBONE"
    return "named in the call"
