"""Explain: when fine-tuning is worth it, and which kind of it."""

from __future__ import annotations

from tl_course.exercises.checks import see
from tl_course.exercises.choices import Choice, answers

STRATEGY = see(2, "Which strategy for how much data?")
FORGETTING = see(2, "What does a high learning rate destroy?")

CHECK = answers(
    {
        "q1": Choice(
            "b",
            {
                "a": "Without the head's number you can't tell if it helps; in the lesson's study it didn't.",
                "c": "From scratch, a few dozen pictures have to teach edges and colours too.",
                "d": "There is no number yet to compare it with, and a head on cached features can't use it.",
            },
            STRATEGY,
        ),
        "q2": Choice(
            "c",
            {
                "a": "The two are not weighed against each other: what nobody needs may fall at no cost.",
                "b": "Forgetting says nothing of overfitting; compare training and validation loss for that.",
                "d": "That would show in the target accuracy, and this has risen.",
            },
            FORGETTING,
        ),
        "q3": Choice(
            "a",
            {
                "b": "More epochs at the same rate move the backbone further from what it knew.",
                "c": "Ten times the rate is how good features are lost.",
                "d": "It is the rate that moved the weights away, not the weight decay.",
            },
            see(2, "May every stage move at the same rate?"),
        ),
        "q4": Choice(
            "d",
            {
                "a": "Its training accuracy has levelled off: frozen features do not separate these classes.",
                "b": "Smaller rates below the head protect what is of little use here.",
                "c": "Pretrained weights are seldom a worse start than random ones, even far from home.",
            },
            STRATEGY,
        ),
        "q5": Choice(
            "b",
            {
                "a": "A difference of one and a third standard errors comes up often by chance alone.",
                "c": "It shows no equality either: only that this test split can't tell the two apart.",
                "d": "To measure until a difference appears is to choose by the test split.",
            },
            see(2, "What is the result?"),
        ),
    }
)
