"""Practice: tell cats from dogs with twenty pictures of each."""

from __future__ import annotations

from random import Random
from typing import Any

import torch

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_01 import probes
from tl_course.exercises.plain import describe
from tl_course.profiles import load_profile

PRETRAINED = see(1, "Is it the pretraining that helps?")
ROUNDS, TRAIN, UNSEEN = 3, 20, 60
ENOUGH = 0.63


def draw(random: Random) -> Inputs:
    """For each round pictures to learn from and others to answer, as [split, index], in mixed order."""
    return {"rounds": [_round(random) for _ in range(ROUNDS)]}


def _round(random: Random) -> dict[str, list[list[Any]]]:
    profile = load_profile("pocket")
    learn: list[list[Any]] = []
    unseen: list[list[Any]] = []
    for name in probes.CATS_AND_DOGS:
        label = profile.classes.index(name)
        train = [["train", index] for index, target in enumerate(profile.train.targets) if target == label]
        val = [["val", index] for index, target in enumerate(profile.val.targets) if target == label]
        random.shuffle(train)
        learn += train[:TRAIN]
        unseen += random.sample(train[TRAIN:] + val, UNSEEN)
    random.shuffle(learn)
    random.shuffle(unseen)
    return {"train": learn, "pictures": unseen}


def on(inputs: Inputs) -> str:
    """The pictures in words."""
    return f"{ROUNDS} times {2 * TRAIN} pictures to learn from and {2 * UNSEEN} others to answer"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The mean accuracy over the rounds."""
    labels = [_labels(drawn["pictures"]) for drawn in inputs["rounds"]]
    for answers, right in zip(values, labels, strict=True):
        if odd := _form(answers, len(right)):
            return {"accuracy": odd}
    found = [_numbers(answers) for answers in values]
    return {"accuracy": _accuracy(found, labels)}


def _labels(pictures: list[list[Any]]) -> list[int]:
    """0 for a cat, 1 for a dog."""
    profile = load_profile("pocket")
    dog = profile.classes.index("dog")
    return [int(getattr(profile, split).targets[index] == dog) for split, index in pictures]


def _numbers(answers: Any) -> list[float]:
    return [float(answer) for answer in answers]


def _form(answers: Any, count: int) -> Hint | None:
    """A hint where the answers are not `count` times 0 or 1."""
    if isinstance(answers, torch.Tensor) and answers.ndim == 2 and len(answers) == count:
        return Hint(
            "These are scores. Return the class with the highest one for each picture.",
            f"the shape ({count},)", str(tuple(answers.shape)),
        )  # fmt: skip
    values = answers.tolist() if isinstance(answers, torch.Tensor) else answers
    if not isinstance(values, list) or len(values) != count:
        return Hint(
            "Return one answer for each of the unseen pictures.", f"{count} answers", describe(answers)
        )
    odd = [value for value in values if value not in (0, 1)]
    if not odd:
        return None
    return Hint("An answer is the number 0 for a cat or 1 for a dog.", "only 0 and 1", describe(odd[0]))


def _accuracy(found: list[list[float]], labels: list[list[int]]) -> Hint | None:
    rounds = zip(found, labels, strict=True)
    share = sum(a == b for answers, right in rounds for a, b in zip(answers, right, strict=True))
    accuracy = share / sum(map(len, labels))
    if accuracy >= ENOUGH:
        return None
    return Hint(_slip(found, accuracy), f"an accuracy of at least {ENOUGH}", f"{accuracy:.3f}", PRETRAINED)


def _slip(found: list[list[float]], accuracy: float) -> str:
    if any(len(set(answers)) == 1 for answers in found):
        return "All pictures of a round got the same answer. Did the training loss fall at all?"
    if accuracy <= 1 - ENOUGH:
        return "That is far worse than guessing: cats and dogs are swapped. A cat is 0, a dog is 1."
    if accuracy < 0.6:
        return (
            "That is hardly better than guessing, as is a network that starts from random weights. "
            "Is the backbone pretrained, frozen, in eval mode, and has the head learned its 40 pictures?"
        )
    return (
        "That is little better than guessing: mean colours alone can give 0.6. "
        "Are the features those of a pretrained backbone, and has the head learned its 40 pictures? "
        "If both are so, try another backbone."
    )


CHECK = Check(draw, probes.cats_and_dogs, compare, on, tries=1)
