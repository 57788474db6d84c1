"""Explain: what can be concluded from a saliency map, and from a score of maps."""

from __future__ import annotations

from tl_course.exercises.checks import see
from tl_course.exercises.choices import Choice, answers

CHECK = answers(
    {
        "q1": Choice(
            "c",
            {
                "a": "A blob that has seen nothing is further above chance, and explains no answer.",
                "b": "A highest pixel beside the animal shows a place in a map, not what the network needs.",
                "d": "More photos make both numbers surer. They do not lift one above the other.",
            },
            see(5, "Do the maps point at the animal?"),
        ),
        "q2": Choice(
            "b",
            {
                "a": "With a random head the answers are guesses, and these maps did not notice.",
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
                "c": "The test pictures may share a flaw with the training pictures; others do not.",
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
                "a": "Then the maps of all classes and all pictures would be silent. These are not.",
                "b": "Grad-CAM takes the gradient of the logit, and a logit does not saturate.",
                "d": "Then this picture's maps would be zero for every class. For others they are not.",
            },
            see(5, "Where does the answer come from?"),
        ),
    }
)
