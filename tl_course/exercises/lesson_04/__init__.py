"""Mixed precision: the checks of the tasks in exercises/04, in the notebook's order."""

TASKS = (
    "sixteen_bits",
    "which_format",
    "no_update",
    "loss_scale_bookkeeping",
    "clip_before_unscale",
    "equal_accumulation",
    "mixed_step",
)
