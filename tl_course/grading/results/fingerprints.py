"""Fingerprints of an answer: what is left of it when names, comments and layout are taken away.

Code becomes the tokens of its normalised syntax tree, and every run of `LENGTH` of them a number, of which
winnowing keeps a sparse and sufficient part. After Schleimer, Wilkerson and Aiken, "Winnowing: local
algorithms for document fingerprinting", 2003 (https://theory.stanford.edu/~aiken/publications/papers/sigmod03.pdf).
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import keyword
import re
import warnings
from collections.abc import Sequence

LENGTH = 12  # tokens; what is shared and shorter is never seen
WINDOW = (
    4  # of so many neighbouring runs one is kept: what is shared and has LENGTH + WINDOW - 1 tokens is seen
)
LONGEST = 10_000  # characters; Python's parser is a risk on more, and no answer needs them
LONGEST_TEXT = 40_000

KEPT = frozenset(keyword.kwlist) | frozenset(dir(builtins))
WIDE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"  # scripts without spaces: a character is a token
TOKEN = re.compile(rf"[{WIDE}]|(?:(?![{WIDE}])\w)+|[^\w\s]")
COMMENT = re.compile(r"#[^\n]*")


def fingerprints(source: str, prose: bool = False) -> frozenset[int]:
    """The numbers that stand for `source`, equal for equal structure; none where there is little of it.

    Never raises, whatever `source` holds. With `prose` it is text, and its words count.
    """
    source = source[:LONGEST_TEXT]
    return _winnowed(_words(source) if prose else _structure(source))


def is_code(source: str) -> bool:
    """Whether `source` can be read as Python."""
    return _tree(source) is not None


def _words(source: str) -> list[str]:
    return [token.lower() for token in TOKEN.findall(source)]


def _structure(source: str) -> list[str]:
    """The tokens of code without its names: from the tree, or from the text where it is no valid Python.

    An answer that is data, such as a dictionary of letters, has none: its form is given by the task.
    """
    tree = _tree(source)
    try:
        text = COMMENT.sub("", source) if tree is None else _normalised(tree)
    except RecursionError:  # a tree that can be read, and is too deep to be written
        text = COMMENT.sub("", source)
    return _nameless(TOKEN.findall(text))


def _tree(source: str) -> ast.Module | None:
    if len(source) > LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes in a student's strings
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # null bytes and deep nesting as well
        return None


def _normalised(tree: ast.Module) -> str:
    """The code written out from its tree, without docstrings, annotations and the final check."""
    if not any(isinstance(node, ast.FunctionDef | ast.Lambda) for node in ast.walk(tree)):
        return ""
    tree.body = [statement for statement in tree.body if not _is_check(statement)]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            node.body = [one for one in node.body if not _is_text(one)] or [ast.Pass()]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
    return ast.unparse(tree)


def _is_check(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "check"


def _is_text(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _nameless(found: list[str]) -> list[str]:
    """Every name but Python's own and what follows a point is the same: renaming changes nothing."""
    before = ["", *found]
    return [
        token if token in KEPT or not token.isidentifier() or left == "." else "name"
        for left, token in zip(before, found, strict=False)
    ]


def _winnowed(found: Sequence[str]) -> frozenset[int]:
    runs = [_number(found[start : start + LENGTH]) for start in range(len(found) - LENGTH + 1)]
    return frozenset(min(runs[start : start + WINDOW]) for start in range(max(len(runs) - WINDOW + 1, 0)))


def _number(run: Sequence[str]) -> int:
    text = "\0".join(run).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")
