"""Explain: which backbone, by which measurement."""

from __future__ import annotations

from tl_course.exercises.checks import see
from tl_course.exercises.choices import Choice, answers

HOW = see(3, "How do you choose?")

CHECK = answers(
    {
        "q1": Choice(
            "c",
            {
                "a": "None of the others is as quick, so ash may be all that a tight budget can pay.",
                "b": "Birch beats ash, and whatever beats birch takes longer.",
                "d": "Fir is the most accurate of all. Dear is no reason to be out.",
            },
            see(3, "What is published about them?"),
        ),
        "q2": Choice(
            "b",
            {
                "a": "The two intervals hold the luck of the pictures, which both networks share.",
                "c": "The difference is 2.8 of its standard errors: more pictures would not be wasted, but "
                "these already tell.",
                "d": "A higher accuracy alone is no clear lead. Hold it against its standard error.",
            },
            HOW,
        ),
        "q3": Choice(
            "d",
            {
                "a": "The counter is exact, and it counts the same on every machine.",
                "b": "Both read the same pictures; decoding them was not timed.",
                "c": "Milliseconds of a forward pass do not depend on what the weights have learned.",
            },
            see(3, "What does a network cost here?"),
        ),
        "q4": Choice(
            "a",
            {
                "b": "ImageNet accuracy is about ImageNet's photos; two points there say little on X-rays.",
                "c": "Random weights throw away what both source tasks can give.",
                "d": "Fewer parameters say nothing about how well the features fit X-rays.",
            },
            HOW,
        ),
        "q5": Choice(
            "d",
            {
                "a": "Twelve fine-tunings cost hours, and most candidates are out after one pass.",
                "b": "A pass and a head cost seconds, so look before you trust another task's ranking.",
                "c": "The test pictures may choose nothing, or they no longer test the choice.",
            },
            HOW,
        ),
    }
)
