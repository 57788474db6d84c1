"""Predict: what trains and what a cache holds, worked out before it is counted."""

from __future__ import annotations

from tl_course.exercises.checks import see
from tl_course.exercises.choices import Number, answers

FEATURES, CLASSES, PICTURES = 512, 10, 1000

CHECK = answers(
    {
        "trainable": Number(
            FEATURES * CLASSES + CLASSES,
            {
                FEATURES * CLASSES: "You have the weights. A linear layer also has one bias a class.",
                FEATURES * CLASSES
                + FEATURES: "The bias belongs to the outputs: one a class, not one a feature.",
                11_181_642: "That is everything. The backbone is frozen: only the new head trains.",
            },
            "A linear layer has a weight for each pair of feature and class, and a bias for each class.",
            tolerance=1e-9,
            see=see(1, "How little has to be trained?"),
        ),
        "megabytes": Number(
            FEATURES * PICTURES * 4 / 1e6,
            {
                FEATURES * PICTURES * 4 / 1e3: "These are thousands of bytes. A megabyte is a million bytes.",
                FEATURES * PICTURES * 4: "These are bytes. A megabyte is a million bytes.",
                FEATURES * PICTURES / 1e6: "You counted numbers. A float32 number takes four bytes.",
                FEATURES
                * PICTURES
                * 8
                / 1e6: "Eight bytes are a float64 number; torch's default takes four.",
                PICTURES
                * 3
                * 224
                * 224
                * 4
                / 1e6: "These are the pictures. The cache holds what the backbone makes of them.",
            },
            "One row of features a picture, four bytes a number, a million bytes a megabyte.",
            tolerance=0.05,
            see=see(1, "Why compute the same features again in every epoch?"),
        ),
        "passes": Number(
            1,
            {
                60: "Sixty passes are what the cache saves: the features are the same in every epoch.",
                61: "The head's epochs read the cache. The backbone is needed once.",
                0: "Somebody has to compute the features once.",
            },
            "The backbone is frozen, so its output for a picture is the same in every epoch.",
            tolerance=1e-9,
            see=see(1, "Why compute the same features again in every epoch?"),
        ),
    }
)
