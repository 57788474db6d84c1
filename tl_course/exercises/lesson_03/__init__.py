"""Backbone swaps: the checks of the tasks in exercises/03, in the notebook's order."""

TASKS = (
    "new_head_sizes",
    "loss_stands_still",
    "choose_a_backbone",
    "disagrees_with_itself",
    "bad_in_the_app",
    "head_of_an_unknown_family",
    "compare_two_families",
)
