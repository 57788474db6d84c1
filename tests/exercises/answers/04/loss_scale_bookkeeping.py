# %% right: one expression each
def next_scale(scale, good_steps, finite, interval=2000, growth=2.0, backoff=0.5):
    count = (good_steps + 1) * finite
    complete = count >= interval
    factor = (growth if complete else 1.0) if finite else backoff
    return [scale * factor, count % interval, finite]


# %% right: asks torch
def next_scale(scale, good_steps, finite, interval=2000, growth=2.0, backoff=0.5):
    scaler = torch.amp.GradScaler("cpu", init_scale=scale, growth_factor=growth, backoff_factor=backoff)
    scaler.load_state_dict(
        {**scaler.state_dict(), "growth_interval": interval, "_growth_tracker": good_steps}
    )
    weight = nn.Parameter(torch.ones(1))
    optimizer = torch.optim.SGD([weight], lr=1.0)
    scaler.scale(weight.sum() * (1.0 if finite else float("nan"))).backward()
    scaler.step(optimizer)
    scaler.update()
    state = scaler.state_dict()
    return torch.tensor(state["scale"]), torch.tensor(state["_growth_tracker"]), weight.item() != 1


# %% right: 1 and 0 for True and False
def next_scale(scale, good_steps, finite, interval=2000, growth=2.0, backoff=0.5):
    if not finite:
        return scale * backoff, 0, 0
    if good_steps + 1 == interval:
        return scale * growth, 0, 1
    return scale, good_steps + 1, 1


# %% wrong: the row stands after an overflow
# hint: An overflow breaks the row
def next_scale(scale, good_steps, finite, interval=2000, growth=2.0, backoff=0.5):
    if not finite:
        return scale * backoff, good_steps, False
    if good_steps + 1 == interval:
        return scale * growth, 0, True
    return scale, good_steps + 1, True


# %% wrong: asks before it counts
# hint: already lets the scale grow
def next_scale(scale, good_steps, finite, interval=2000, growth=2.0, backoff=0.5):
    if not finite:
        return scale * backoff, 0, False
    if good_steps == interval:
        return scale * growth, 0, True
    return scale, good_steps + 1, True


# %% wrong: counts on after a growth
# hint: When the scale has grown the count of good steps begins anew
def next_scale(scale, good_steps, finite, interval=2000, growth=2.0, backoff=0.5):
    if not finite:
        return scale * backoff, 0, False
    good_steps += 1
    return scale * growth if good_steps >= interval else scale, good_steps, True


# %% wrong: halves whatever is asked
# hint: An overflow multiplies the scale by `backoff`, once
def next_scale(scale, good_steps, finite, interval=2000, growth=2.0, backoff=0.5):
    if not finite:
        return scale / 2, 0, False
    if good_steps + 1 == interval:
        return scale * growth, 0, True
    return scale, good_steps + 1, True


# %% wrong: doubles whatever is asked
# hint: A complete row of good steps multiplies the scale by `growth`
def next_scale(scale, good_steps, finite, interval=2000, growth=2.0, backoff=0.5):
    if not finite:
        return scale * backoff, 0, False
    if good_steps + 1 == interval:
        return scale * 2, 0, True
    return scale, good_steps + 1, True


# %% wrong: leaves a step out when the scale grows
# hint: whatever becomes of the scale
def next_scale(scale, good_steps, finite, interval=2000, growth=2.0, backoff=0.5):
    if not finite:
        return scale * backoff, 0, False
    if good_steps + 1 == interval:
        return scale * growth, 0, False
    return scale, good_steps + 1, True


# %% wrong: the scale alone
# hint: Return three values
def next_scale(scale, good_steps, finite, interval=2000, growth=2.0, backoff=0.5):
    return scale if finite else scale * backoff


# %% wrong: a floor at 1
# hint: The scale may fall below 1
def next_scale(scale, good_steps, finite, interval=2000, growth=2.0, backoff=0.5):
    if not finite:
        return max(scale * backoff, 1.0), 0, False
    if good_steps + 1 == interval:
        return scale * growth, 0, True
    return scale, good_steps + 1, True


# %% wrong: the interval as it is by default
# hint: Is `interval` used
def next_scale(scale, good_steps, finite, interval=2000, growth=2.0, backoff=0.5):
    if not finite:
        return scale * backoff, 0, False
    if good_steps + 1 == 2000:
        return scale * growth, 0, True
    return scale, good_steps + 1, True


# %% wrong: says nothing about an overflow
# hint: `take_step` is True or False
def next_scale(scale, good_steps, finite, interval=2000, growth=2.0, backoff=0.5):
    if not finite:
        return scale * backoff, 0, None
    if good_steps + 1 == interval:
        return scale * growth, 0, True
    return scale, good_steps + 1, True
