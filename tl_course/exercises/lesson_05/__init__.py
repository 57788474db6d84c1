"""Grad-CAM: the checks of the tasks in exercises/05, in the notebook's order."""

TASKS = (
    "map_geometry",
    "pointing_game",
    "frozen_grad_cam",
    "what_a_map_says",
    "wrong_class",
    "grad_cam_by_hand",
    "explain_predictions",
)
