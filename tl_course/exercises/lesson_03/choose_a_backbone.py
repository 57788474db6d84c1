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
                "d": "Fir is the most accurate of all. Its cost alone does not rule it out.",
            },
            see(3, "What is published about them?"),
        ),
        "q2": Choice(
            "b",
            {
                "a": "Both intervals include the luck of which pictures were drawn, and that luck is shared.",
                "c": "The difference is 2.8 of its standard errors: more pictures would not be wasted, but "
                "these already tell.",
                "d": "A higher accuracy alone is no clear lead. Hold it against its standard error.",
            },
            HOW,
        ),
        "q3": Choice(
            "d",
            {
                "a": "The counter counts the convolutions of squeeze-and-excitation, too. They cost time as "
                "many small operations.",
                "b": "A MobileNet has fewer parameters than a ResNet, not more.",
                "c": "Noise blurs a measurement, but a median of runs does not hide a factor of six.",
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
                "a": "Fine-tuning twelve costs hours. A head for each sorts most of them out in seconds.",
                "b": "A head costs seconds, so look before you trust another task's ranking.",
                "c": "The test pictures may choose nothing, or they no longer test the choice.",
            },
            HOW,
        ),
    }
)
