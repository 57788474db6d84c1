"""Explain: which format for which machine and which symptom."""

from __future__ import annotations

from tl_course.exercises.checks import see
from tl_course.exercises.choices import Choice, answers

WHEN = see(4, "When to use what")

CHECK = answers(
    {
        "q1": Choice(
            "b",
            {
                "a": "A T4 computes bf16 only by emulation. Fast bf16 came with the generation after it.",
                "c": "Without a scale fp16 works until gradients get small. Then it fails without a word.",
                "d": "`GradScaler` refuses gradients in fp16, and weights in fp16 lose small updates.",
            },
            WHEN,
        ),
        "q2": Choice(
            "d",
            {
                "a": "bf16 has fewer digits than fp16: 8 significant bits against 11.",
                "b": "The scaler is there for small gradients. It looks for overflow because it scales.",
                "c": "autocast multiplies nothing. It chooses formats.",
            },
            see(4, "Which gradients vanish in fp16?"),
        ),
        "q3": Choice(
            "a",
            {
                "b": "A higher start is halved away again: the scaler has been down that road already.",
                "c": "Clipping comes after the overflow. An infinite gradient cannot be shortened.",
                "d": "At a scale of 1 the gradients overflow already, and a higher scale enlarges them.",
            },
            WHEN,
        ),
        "q4": Choice(
            "c",
            {
                "a": "bf16 has the range of fp32: no gradient vanishes, so a scale has nothing to save.",
                "b": "A larger rate moves the weights, but that is another training: the rate was not wrong.",
                "d": "The backbone is fine-tuned too: its small updates would still be rounded away.",
            },
            see(4, "Why do the weights stay in 32 bits?"),
        ),
        "q5": Choice(
            "b",
            {
                "a": "Weights, their gradients and Adam's two sums stay in fp32, all four of them.",
                "c": "The 16-bit copies of the weights come on top of those in fp32.",
                "d": "The gradients of weights in fp32 are kept in fp32.",
            },
            see(4, "Why do the weights stay in 32 bits?"),
        ),
    }
)
