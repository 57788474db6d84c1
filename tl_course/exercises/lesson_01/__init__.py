"""Feature extraction: the checks of the tasks in exercises/01, in the notebook's order."""

TASKS = (
    "what_trains",
    "two_accuracies",
    "match_preprocessing",
    "loss_by_batch_size",
    "freeze_backbone",
    "backbone_walks_away",
    "exact_evaluation",
    "feature_cache",
    "extraction_or_fine_tuning",
    "cats_and_dogs",
)
