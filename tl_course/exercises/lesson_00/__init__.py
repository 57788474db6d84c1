"""The warm-up in notebook 00."""

TASKS = ("count_trainable",)
