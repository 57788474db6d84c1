"""Explain: what can be concluded from a saliency map, and from a score of maps."""

from __future__ import annotations

from tl_course.exercises.checks import see
from tl_course.exercises.choices import Choice, answers

CHECK = answers(
    {
        "q1": Choice(
            "c",
            {
                "a": "The number of maps makes the interval narrow; it does not say what 0.80 is worth.",
                "b": "A finer map moves the highest pixel by a few pixels, if at all.",
                "d": "Speed is no reason to trust a map or not.",
            },
            see(5, "Do the maps point at the animal?"),
        ),
        "q2": Choice(
            "b",
            {
                "a": "A head of random weights is no better than guessing, and the map never asked it.",
                "c": "Robust would be a map that changes with the network and is right all the same.",
                "d": "Masks tell where the animal is. This test asks whether the network matters.",
            },
            see(5, "Does the map know what the network has learned?"),
        ),
        "q3": Choice(
            "d",
            {
                "a": "A map shows a place, not what was seen there.",
                "b": "A shortcut may lie on the animal itself: a collar, a colour, a texture.",
                "c": "The test pictures may have the same flaw; then accuracy is high and worth nothing.",
            },
            see(5, "What can a map not tell?"),
        ),
        "q4": Choice(
            "a",
            {
                "b": "Another method gives another suspicion. No map changes the picture and asks again.",
                "c": "Pictures from the same source bring the same tag with them.",
                "d": "A finer map shows the corner more sharply, and proves as little.",
            },
            see(5, "A detective story"),
        ),
        "q5": Choice(
            "c",
            {
                "a": "Weights of zero would silence the maps of all classes and all pictures.",
                "b": "Grad-CAM takes the gradient of the logit, and a logit does not saturate.",
                "d": "A hook that was never called raises an error; it does not give zeros.",
            },
            see(5, "Where does the answer come from?"),
        ),
    }
)
