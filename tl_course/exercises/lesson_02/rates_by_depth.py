"""Predict: rates, schedules and sizes worked out before the run, and an order that only a run can tell."""

from __future__ import annotations

from tl_course.exercises.checks import see
from tl_course.exercises.choices import GuessedOrder, Number, Order, answers

STEPS = 5  # from the head down to the stem: layer4, layer3, layer2, layer1, stem
RATES = see(2, "May every stage move at the same rate?")

CHECK = answers(
    {
        "slower": Number(
            2**STEPS,
            {
                2 ** (STEPS + 1): "You counted the stages. Count the steps from the head down to the stem.",
                2 ** (STEPS - 1): "One step is missing: the head is a stage, and layer4 is a step below it.",
                2
                * STEPS: "The halves multiply, they do not add: each stage halves the rate of the one above.",
                1 / 2**STEPS: "That is the stem's share of the head's rate. How many times slower is that?",
                1e-3
                / 2**STEPS: "That is near 0, so perhaps the rate itself. How many times slower is the stem?",
            },
            "Start at the head and halve once for each step down to the stem.",
            tolerance=1e-3,
            see=RATES,
        ),
        "training": Number(
            3,
            {
                2: "The head trains from the first epoch on, and a stage from the start of the epoch named.",
                1: "A stage that trains goes on: each epoch named adds one, it does not replace the others.",
                4: "The stage named for epoch 7 still waits.",
                6: "A schedule frees the stages one after another; most still wait in epoch 5.",
            },
            "The head, and every stage whose epoch is 5 or earlier.",
            tolerance=1e-9,
            see=see(2, "Should the head learn first?"),
        ),
        "sizes": Order(
            ("head", "shallow", "partial", "full"),
            {
                ("head", "partial", "shallow", "full"): "Count numbers, not stages: kernels grow with the "
                "product of two channel numbers, so the deepest stage outweighs all others together.",
                ("full", "partial", "shallow", "head"): "You began with the most; begin with the fewest.",
            },
            "The head is one linear layer, and the deepest stage holds most of a ResNet.",
            see=see(2, "How far down should training reach?"),
        ),
        "remembers": GuessedOrder(("partial", "by stage", "one rate")),
    }
)
