"""Fine-tuning: the checks of the tasks in exercises/02, in the notebook's order."""

TASKS = (
    "rates_by_depth",
    "loss_stays_high",
    "nothing_is_frozen",
    "layer_wise_groups",
    "accuracy_nobody_gets",
    "unfreezing_schedule",
    "early_stopping",
    "when_to_fine_tune",
    "temperature_scaling",
    "compare_strategies",
)
