"""Write it: the rule by which a loss scale moves, one step at a time."""

from __future__ import annotations

from random import Random
from typing import Any

import torch

from tl_course.exercises.checks import Check, Hint, Inputs, Parts
from tl_course.exercises.lesson_04 import probes
from tl_course.exercises.lesson_04.hints import PLACE, counted, first, truth, unwrapped
from tl_course.exercises.plain import close, describe, is_number

State = tuple[float, int, bool]  # scale, good steps in a row, whether this step's gradients are finite


def draw(random: Random) -> Inputs:
    """A rule, and states of which some are just before a growth and some overflow, one at a scale of 1."""
    interval = random.randint(3, 6)
    good = [0, interval - 2, interval - 1]  # these three states are of finite gradients
    overflow = [0, random.randint(1, interval - 2), interval - 1]
    rows = [(count, True) for count in good] + [(count, False) for count in overflow]
    states = [[2.0 ** random.randint(4, 20), count, finite] for count, finite in rows]
    return {
        "interval": interval,
        "growth": random.choice([3.0, 4.0]),
        "backoff": random.choice([0.25, 0.125]),
        "states": [*states, [1.0, 0, False]],
    }


def on(inputs: Inputs) -> str:
    """The rule in words."""
    return (
        f"interval={inputs['interval']}, growth={inputs['growth']:g}, backoff={inputs['backoff']:g}, "
        f"and {len(inputs['states'])} states"
    )


def compare(inputs: Inputs, values: Any) -> Parts:
    """The scale, the count of good steps and the decision, for each state."""
    form = first(map(_form, values))
    if form:
        return {"form": form}
    rows = list(zip(inputs["states"], values, strict=True))
    return {
        "scale": first(_scale(inputs, state, value) for state, value in rows),
        "good_steps": first(_good(inputs, state, value) for state, value in rows),
        "take_step": first(_taken(state, value) for state, value in rows),
    }


def _form(value: Any) -> Hint | None:
    if isinstance(value, list) and len(value) == 3:
        return None
    return Hint(
        "Return three values: the scale, the good steps, and whether the step is taken.",
        "three values", counted(value),
    )  # fmt: skip


def _of_torch(inputs: Inputs, state: State) -> tuple[float, int]:
    """What GradScaler makes of the state."""
    scale, good, finite = state
    scaler = torch.amp.GradScaler("cpu")
    scaler.load_state_dict(
        {
            "scale": scale,
            "growth_factor": inputs["growth"],
            "backoff_factor": inputs["backoff"],
            "growth_interval": inputs["interval"],
            "_growth_tracker": good,
        }
    )
    weight = torch.zeros(1, requires_grad=True)
    scaler.scale(weight.sum() if finite else weight.sum() * torch.inf).backward()
    scaler.step(torch.optim.SGD([weight]))
    scaler.update()
    after = scaler.state_dict()
    return after["scale"], after["_growth_tracker"]


def _scale(inputs: Inputs, state: State, value: Any) -> Hint | None:
    expected, seen = _of_torch(inputs, state)[0], unwrapped(value[0])
    scale, good, finite = state
    if close(seen, expected, 1e-6):
        return None
    facts = f"a scale of {expected:.8g} after {_words(state)}", _text(seen)
    if not finite and expected < 1 and seen in (0, 1):
        return Hint("The scale may fall below 1, and it need not be a whole number.", *facts, PLACE)
    if not finite and seen == scale:
        return Hint("An overflow has to lower the scale.", *facts, PLACE)
    if not finite and close(seen, scale * inputs["growth"]):
        return Hint("An overflow lowers the scale, it does not raise it.", *facts, PLACE)
    if not finite:
        return Hint("An overflow multiplies the scale by `backoff`, once.", *facts, PLACE)
    if good == inputs["interval"] - 1 and seen != scale:
        return Hint("A complete row of good steps multiplies the scale by `growth`, once.", *facts, PLACE)
    if good == inputs["interval"] - 1:
        return Hint(
            "The step that completes the row of good ones already lets the scale grow. Is `interval` used?",
            *facts, PLACE,
        )  # fmt: skip
    return Hint("A good step leaves the scale alone until the row of them is complete.", *facts, PLACE)


def _good(inputs: Inputs, state: State, value: Any) -> Hint | None:
    expected, seen = _of_torch(inputs, state)[1], unwrapped(value[1])
    if close(seen, expected, 1e-6):
        return None
    facts = f"{expected} good steps after {_words(state)}", _text(seen)
    if not state[2]:
        return Hint("An overflow breaks the row: the count of good steps begins anew.", *facts, PLACE)
    if state[1] == inputs["interval"] - 1:
        return Hint("When the scale has grown the count of good steps begins anew.", *facts, PLACE)
    return Hint("A good step adds one to the count.", *facts, PLACE)


def _taken(state: State, value: Any) -> Hint | None:
    seen = truth(value[2])
    if seen is state[2]:
        return None
    mistake = (
        "`take_step` is True or False."
        if seen is None
        else "The step is taken just when the gradients are finite, whatever becomes of the scale."
    )
    facts = f"take_step={state[2]} after {_words(state)}", describe(unwrapped(value[2]))
    return Hint(mistake, *facts, PLACE)


def _text(value: Any) -> str:
    return f"{value:.8g}" if is_number(value) else describe(value)


def _words(state: State) -> str:
    scale, good, finite = state
    return f"scale={scale:.0f}, good_steps={good}, finite={finite}"


CHECK = Check(draw, probes.loss_scale_bookkeeping, compare, on)
