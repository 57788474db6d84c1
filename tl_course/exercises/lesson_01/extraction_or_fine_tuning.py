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
                "b": "With few pictures it is fine-tuning that overfits: it has far more numbers to fit.",
                "d": "Both need the preprocessing of the weights.",
            },
            WHEN,
        ),
        "q2": Choice(
            "b",
            {
                "a": "More epochs of the head do not help once its training accuracy has levelled off low.",
                "c": "A smaller learning rate makes the head slower, not the features richer.",
                "d": "A low training accuracy is no overfitting; there is nothing to regularise.",
            },
            WHEN,
        ),
        "q3": Choice(
            "d",
            {
                "a": "A frozen backbone's forward pass can be shared, which is the cheapest of all.",
                "b": "Ten networks take ten times the memory and ten forward passes for a picture.",
                "c": "One network for all tasks would have to be trained again whenever a task is added.",
            },
            WHEN,
        ),
        "q4": Choice(
            "a",
            {
                "b": "The cache holds features of one version of each picture; a crop needs the backbone.",
                "c": "Validation pictures stay as they are; augmenting them measures something else.",
                "d": "Dropout in the head acts on features and can be used, but it makes no new pictures.",
            },
            see(1, "Why compute the same features again in every epoch?"),
        ),
    }
)
