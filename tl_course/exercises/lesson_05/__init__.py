"""Grad-CAM: the checks of the tasks in exercises/05, in the notebook's order."""

TASKS = (
    "map_geometry",
    "pointing_game",
    "grad_cam_by_hand",
    "no_map_any_more",
    "what_a_map_says",
    "maps_change_with_order",
    "explain_predictions",
)
