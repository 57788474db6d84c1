"""Mixed precision: the checks of the tasks in exercises/04, in the notebook's order."""

TASKS = (
    "sixteen_bits",
    "which_format",
    "training_stands_still",
    "scale_never_falls",
    "loss_scale_bookkeeping",
    "batches_do_not_add_up",
    "mixed_step",
)
