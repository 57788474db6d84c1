"""Feature extraction: the checks of the tasks in exercises/01, in the notebook's order."""

TASKS = (
    "what_trains",
    "missing_eval",
    "match_preprocessing",
    "mean_of_means",
    "freeze_backbone",
    "exact_evaluation",
    "drifting_batchnorm",
    "feature_cache",
    "extraction_or_fine_tuning",
    "cats_and_dogs",
)
