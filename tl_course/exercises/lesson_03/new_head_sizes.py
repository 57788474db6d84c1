"""Predict: the numbers that come with a swap, worked out before they are counted."""

from __future__ import annotations

from tl_course.exercises.checks import see
from tl_course.exercises.choices import Guess, Number, answers

CHANNELS, SIDE, CLASSES = 512, 13, 12  # what SqueezeNet hands to its head, and the classes of the new one
WIDTH, MAP = 64, 32  # channels in and out of the two convolutions, and the side of their maps
DENSE = 3 * 3 * WIDTH * WIDTH * MAP * MAP

HEAD = see(3, "Where does a network keep its head?")
SIZE = see(3, "What do a wrong size and a wrong normalisation cost?")
COST = see(3, "What does a network cost here?")

CHECK = answers(
    {
        "head": Number(
            CHANNELS * CLASSES + CLASSES,
            {
                CHANNELS * CLASSES: "You have the weights. There is also one bias a class.",
                CHANNELS * CLASSES + CHANNELS: "The bias belongs to the outputs: one a class.",
                CHANNELS * CLASSES * SIDE * SIDE: "A convolution has the same weights at every place.",
                CHANNELS * CLASSES * SIDE * SIDE
                + CLASSES: "A convolution has the same weights at every place.",
            },
            "A 1 x 1 convolution is a linear layer at each place: a weight for each pair of channels, and a "
            "bias for each output.",
            tolerance=1e-9,
            see=HEAD,
        ),
        "outputs": Number(
            1000,
            {
                CLASSES: "MobileNet has no `fc` of its own. Does its forward pass call the new one?",
                1024: "These are the features that come to the head, not what the network returns.",
            },
            "Which layer gives the scores in this network, and did the line change it?",
            tolerance=1e-9,
            see=HEAD,
        ),
        "patches_224": Number(
            (224 // 16) ** 2,
            {
                14: "That is one row. The patches cover the picture in both directions.",
                197: "The class token makes one vector more, but it is no patch of the picture.",
                256: "That is how many pixels a patch has.",
            },
            "How many patches fit side by side, and how many rows of them?",
            tolerance=1e-9,
            see=SIZE,
        ),
        "patches_64": Number(
            (64 // 8) ** 2,
            {
                8: "That is one row. The patches cover the picture in both directions.",
                65: "The class token makes one vector more, but it is no patch of the picture.",
                16: "That would be patches of 16 pixels. These have 8.",
            },
            "How many patches fit side by side, and how many rows of them?",
            tolerance=1e-9,
            see=SIZE,
        ),
        "dense": Number(
            DENSE / 1e6,
            {
                DENSE: "Give it in millions.",
                2 * DENSE / 1e6: "One multiply-add is a product and its sum together: count it once.",
                WIDTH * WIDTH * MAP * MAP / 1e6: "The kernel has nine numbers, not one.",
                3 * 3 * WIDTH * MAP * MAP / 1e6: "Each output channel reads all the input channels, not one.",
                3 * 3 * WIDTH * WIDTH / 1e6: "That is for one place. The filter is applied at all of them.",
            },
            "Places, times output channels, times input channels, times numbers in the kernel.",
            tolerance=0.02,
            see=COST,
        ),
        "times": Number(
            WIDTH,
            {
                9: "Both have a 3 x 3 kernel. What differs is how many channels an output reads.",
                WIDTH * WIDTH: "The depthwise one still computes an output for each of its channels.",
                1 / WIDTH: "Turn it round: how many times as many has the ordinary one?",
            },
            "In a depthwise convolution each output channel reads one input channel.",
            tolerance=0.01,
            see=COST,
        ),
        "faster": Guess(0.1, 1000, "how many times as quick the depthwise convolution is"),
    }
)
