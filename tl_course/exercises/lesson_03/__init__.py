"""Backbone swaps: the checks of the tasks in exercises/03, in the notebook's order."""

TASKS = (
    "new_head_sizes",
    "stale_optimizer",
    "choose_a_backbone",
    "missing_normalisation",
    "shuffled_validation",
    "head_of_an_unknown_family",
    "compare_two_families",
)
