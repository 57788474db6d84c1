"""Find the bug: an accuracy that depends on the batches, because the model was left in train mode."""

from __future__ import annotations

from random import Random
from typing import Any

from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_01 import probes
from tl_course.exercises.lesson_01.batches import answered, near, pictures, slip
from tl_course.exercises.plain import describe, is_number

SECTION = see(1, "What happens if you forget `eval()`?")


def draw(random: Random) -> Inputs:
    """A seed, and a size of batches that leaves a smaller last one."""
    return pictures(random, random.choice([8, 16]), random.randint(4, 6), random.randint(2, 5))


def on(inputs: Inputs) -> str:
    """The pictures in words."""
    return f"{inputs['count']} pictures in batches of {inputs['batch_size']}"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The accuracy of the model in eval mode, the statistics as they were, the mode put back."""
    logits, labels = answered(inputs["seed"], inputs["count"], inputs["classes"], inputs["classes"])
    rights = (logits.argmax(1) == labels).double()
    return {
        "accuracy": _accuracy(values["accuracy"], values["in_train_mode"], rights, inputs["batch_size"]),
        "statistics": _statistics(values["moved"]),
        "mode": _mode(values["training_after"]),
    }


def _accuracy(found: list[Any], in_train_mode: bool, rights: Tensor, batch_size: int) -> Hint | None:
    """`found` holds the answers for the model in train mode, and in eval mode."""
    expected = rights.mean().item()
    wrong = [value for value in found if not near(value, expected)]
    if not wrong:
        return None
    value, place = wrong[0], ""
    if value is None:
        mistake = "Nothing came back: the function has to return the accuracy, not to print it."
    elif not is_number(value):
        mistake = "Return one number."
    elif in_train_mode:
        mistake, place = (
            "The same weights give different answers in different batches. "
            "Which layers behave differently in training?",
            SECTION,
        )
    elif near(value, 100 * expected):
        mistake = "Return a share between 0 and 1, not a percentage."
    elif near(value, rights.sum().item()):
        mistake = "This is the number of right answers, not their share."
    elif not 0 <= value <= 1:
        known = slip(value, rights, batch_size)
        mistake = "A share is between 0 and 1." + (f" Perhaps {known}" if known else "")
    elif known := slip(value, rights, batch_size):
        mistake = f"The mode is right, the mean is not: {known}"
    else:
        mistake = "This is not the number of right answers over the number of pictures."
    return Hint(mistake, f"{expected:.4f}", describe(value), place)


def _statistics(moved: float) -> Hint | None:
    if moved == 0:
        return None
    return Hint(
        "Measuring has changed the model: a forward pass was run in train mode.",
        "running statistics as before", f"a change of {moved:.2g}", SECTION,
    )  # fmt: skip


def _mode(after: list[list[bool]]) -> Hint | None:
    """`after` holds the modes of all modules of a model that came in train mode, and of one in eval mode."""
    for name, other, came, flags in zip(
        ("train", "eval"), ("eval", "train"), (True, False), after, strict=True
    ):
        if any(flag is not came for flag in flags):
            return Hint(
                "Put the model back into the mode that it came in: training that goes on needs train mode, "
                "and a model in use needs eval mode.",
                f"{name} mode afterwards, as before", f"{other} mode", SECTION,
            )  # fmt: skip
    return None


CHECK = Check(draw, probes.two_accuracies, compare, on)
