"""Fine-tuning: the checks of the tasks in exercises/02, in the notebook's order."""

TASKS = (
    "rates_by_depth",
    "softmax_before_loss",
    "layer_wise_groups",
    "unfreezing_schedule",
    "early_stopping",
    "requires_grad_on_a_copy",
    "best_epoch_reported",
    "when_to_fine_tune",
    "temperature_scaling",
    "compare_strategies",
)
