"""Predict: what sixteen bits keep of a number, and where a loss scale ends up."""

from __future__ import annotations

from tl_course.exercises.checks import see
from tl_course.exercises.choices import Guess, Number, answers

BITS = see(4, "What can sixteen bits hold?")
FACTOR = see(4, "Can a factor save them?")
SCALE = see(4, "How does the loss scale find its place?")

CHECK = answers(
    {
        "rounded": Number(
            1004,
            {
                1003: "bf16 has 8 significant bits, with the leading 1: from 256 on it skips whole numbers.",
                1000: "You cut the digits off. A number goes to the nearest one that fits, up or down.",
                1002: "Steps of 2 are those from 256 to 512. From 512 on they are twice as wide.",
                1008: "Steps of 8 begin at 1024. Below it they are half as wide.",
            },
            "How far apart are the numbers of bf16 from 512 to 1024? There are 128 of them.",
            tolerance=1e-9,
            see=BITS,
        ),
        "counter": Number(
            2048,
            {
                1024: "The leading 1 is not stored, but it counts: 10 bits of fraction, 11 significant ones.",
                256: "That is where bf16 stops. fp16 has more bits of fraction.",
                65504: "That is the end of the range. The counter stops where the steps get wider than 1.",
                2049: "This is the first whole number that fp16 lacks. The counter never gets there.",
                4096: "From 2048 to 4096 fp16's numbers are 2 apart, and half a step is rounded to even.",
            },
            "Find where the next number that fp16 has is 2 away: from there adding 1 is rounded back.",
            tolerance=1e-9,
            see=BITS,
        ),
        "power": Number(
            14,
            {
                15: "3 times 2 to the power of 15 is 98 304, and fp16 ends at 65 504.",
                16: "3 times 2 to the power of 16 is 196 608, and fp16 ends at 65 504.",
                13: "That fits, but so does one more: 3 times 2 to the power of 14 is 49 152.",
            },
            "3 times the factor has to stay below fp16's largest number, 65 504.",
            tolerance=1e-9,
            see=FACTOR,
        ),
        "scale": Number(
            16384,
            {
                32768: "The good steps count in a row: after an overflow the count begins at 0 again.",
                8192: "The three good steps in a row doubled the scale once.",
                65536: "Each of the three overflows halves the scale.",
            },
            "Go through the row step by step, and keep two numbers: the scale, and the good steps in a row.",
            tolerance=1e-9,
            see=SCALE,
        ),
        "moving": Guess(0, 100, "percent of the weights"),
    }
)
