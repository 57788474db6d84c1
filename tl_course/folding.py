"""What a prediction asks for is stored folded: JupyterLab shows three dots until its cell runs."""

from __future__ import annotations

import re

from nbformat import NotebookNode

CARD = re.compile(r"^(\w+) = widgets\.(?:predict|choose)\(", re.MULTILINE)


def fold_results(notebook: NotebookNode) -> None:
    """Fold the outputs between each prediction card and the last cell that shows its prediction.

    JupyterLab unfolds what it runs, and GitHub and paper know no folds.
    https://nbformat.readthedocs.io/en/latest/format_description.html#code-cell-metadata
    """
    sources = [cell.source for cell in notebook.cells]
    for index, source in enumerate(sources):
        for name in CARD.findall(source):
            last = last_use(name, sources)
            for cell in notebook.cells[index + 1 : last + 1]:
                if cell.cell_type == "code" and cell.outputs:
                    cell.metadata.setdefault("jupyter", {})["outputs_hidden"] = True


def last_use(name: str, sources: list[str]) -> int:
    """The place of the last source that recalls this prediction, or draws it on a figure; -1 without any."""
    shows = re.compile(rf"\b{name}\.(?:recall|on)\(")
    return max((index for index, source in enumerate(sources) if shows.search(source)), default=-1)
