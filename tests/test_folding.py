"""Which stored outputs are folded: those that would tell what a prediction card asks, and no others."""

from __future__ import annotations

import nbformat

from tl_course.folding import fold_results


def folded(*sources: str) -> list[bool]:
    """For each of these code cells, all with an output: whether its output is folded."""
    outputs = [nbformat.v4.new_output("stream", text="1\n")]
    cells = [nbformat.v4.new_code_cell(source, outputs=outputs) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    fold_results(notebook)
    nbformat.validate(notebook)
    return [cell.metadata.get("jupyter", {}).get("outputs_hidden", False) for cell in notebook.cells]


def test_everything_from_a_card_to_its_result_is_folded_and_the_card_is_not() -> None:
    cells = ("before", "guess = widgets.predict('How many?', 0, 1)\nguess", "train()", "guess.recall(1)", "x")
    assert folded(*cells) == [False, False, True, True, False]


def test_a_choice_ends_where_it_is_drawn() -> None:
    cells = ("guess = widgets.choose('Which?', 'a', 'b')", "guess.on(figure)", "x")
    assert folded(*cells) == [False, True, False]


def test_another_cards_result_ends_nothing() -> None:
    cells = ("first_guess = widgets.predict('?', 0, 1)", "guess.recall(1)", "first_guess.recall(1)")
    assert folded(*cells) == [False, True, True]


def test_a_card_that_nothing_shows_folds_nothing() -> None:
    assert folded("guess = widgets.predict('?', 0, 1)", "x") == [False, False]


def test_a_cell_without_outputs_is_left_as_it_is() -> None:
    sources = ("guess = widgets.predict('?', 0, 1)", "guess.recall(1)")
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    fold_results(notebook)
    assert all(cell.metadata == {} for cell in notebook.cells)
