"""Predict: the size, the sign and the price of a map, and how alike the maps of one picture are."""

from __future__ import annotations

from tl_course.exercises.checks import see
from tl_course.exercises.choices import GuessedOrder, Number, answers

SIDE, STRIDE, UNITS = 224, 32, 512

CHECK = answers(
    {
        "squares": Number(
            (SIDE // STRIDE) ** 2,
            {
                SIDE // STRIDE: "That is one side. A map has rows and columns.",
                SIDE**2: "That is the picture, to which the map is stretched. Count before stretching.",
                STRIDE
                ** 2: "So many pixels lie under one square, along both sides. How many squares are there?",
                UNITS
                * (SIDE // STRIDE)
                ** 2: "That counts the squares of every unit. They are added into one map.",
                UNITS: "So many maps the layer has. One of them has as many squares as the layer has places.",
            },
            "The stride is how many pixels lie between the middles of two neighbouring squares.",
            tolerance=1e-9,
        ),
        "highest": Number(
            0,
            {
                1: "Scaling divides by the highest value. Nothing is left here that it could make 1.",
                -0.2: "What is negative is cut before the map is scaled.",
            },
            "First what is negative is cut, then the rest is scaled. What is the rest here?",
            tolerance=1e-9,
            see=see(5, "Where does the answer come from?"),
        ),
        "chance": Number(
            0.25,
            {
                25: "Give a share between 0 and 1, not a percentage.",
                0.5: "Hit or miss are two outcomes, not two equally likely ones.",
                0: "A random point hits too, as often as there is animal to hit.",
            },
            "A point that knows nothing falls on each pixel equally often. How many pixels count as a hit?",
            tolerance=1e-9,
            see=see(5, "Do the maps point at the animal?"),
        ),
        "passes": Number(
            UNITS,
            {
                1: "One pass gives the maps. The weight of each comes from a pass of its own.",
                2: "Forward and backward is Grad-CAM. ScoreCAM takes no gradient: it tries each map out.",
                (SIDE // STRIDE) ** 2: "It covers the picture with whole maps, not with single squares.",
            },
            "The picture is seen through each map of the layer in turn.",
            tolerance=1.5 / UNITS,  # the pass that gives the maps may be counted or not
            see=see(5, "What else is there?"),
        ),
        "closest": GuessedOrder(["mirrored", "other picture", "other class"]),
    }
)
