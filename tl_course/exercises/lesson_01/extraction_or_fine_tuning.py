"""Explain: pros and cons of feature extraction against fine-tuning."""

from __future__ import annotations

from tl_course.exercises.checks import see
from tl_course.exercises.choices import Choice, answers

WHEN = see(1, "When is feature extraction the right choice?")

CHECK = answers(
    {
        "q1": Choice(
            "c",
            {
                "a": "Both start from the same pretrained weights; fine-tuning forgets some of them at most.",
                "b": "Fine-tuning fits them more closely, and with few pictures that is the risk.",
                "d": "The features stay as they are; it is fine-tuning that adapts them.",
            },
            WHEN,
        ),
        "q2": Choice(
            "b",
            {
                "a": "More pictures help against overfitting. This head cannot even fit those that it has.",
                "c": "A smaller learning rate makes the head slower, not the features richer.",
                "d": "A low training accuracy is no overfitting; there is nothing to regularise.",
            },
            WHEN,
        ),
        "q3": Choice(
            "d",
            {
                "a": "Ten copies of the same backbone would be a waste: one serves all ten heads.",
                "b": "Frozen or fine-tuned, the layers are the same, and so is the cost of one pass.",
                "c": "The backbone is frozen: no team's training changes its features.",
            },
            WHEN,
        ),
        "q4": Choice(
            "a",
            {
                "b": "The cache holds features of one version of each picture; a crop needs the backbone.",
                "c": "Features of one crop do not tell what another crop shows: that takes the pixels.",
                "d": "Validation pictures stay as they are; augmenting them measures something else.",
            },
            see(1, "Why compute the same features again in every epoch?"),
        ),
    }
)
