# %% right: the limit made as much longer as the gradients are
def clipped_step(loss, model, optimizer, scaler, limit):
    scale = scaler.get_scale()
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    length = nn.utils.clip_grad_norm_(model.parameters(), limit * scale)
    scaler.step(optimizer)
    scaler.update()
    return length / scale


# %% right: clips by hand
def clipped_step(loss, model, optimizer, scaler, limit):
    model.zero_grad()
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    gradients = [p.grad for p in model.parameters()]
    length = sum((g**2).sum() for g in gradients) ** 0.5
    if length > limit:
        for gradient in gradients:
            gradient *= limit / length
    scaler.step(optimizer)
    scaler.update()
    return float(length)


# %% wrong: the bug as given
# hint: Hardly anything is left to step with
def clipped_step(loss, model, optimizer, scaler, limit):
    return clipped_step_with_a_bug(loss, model, optimizer, scaler, limit)


# %% wrong: the optimizer steps past the scaler
# hint: A step was taken with gradients that are not finite
def clipped_step(loss, model, optimizer, scaler, limit):
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    optimizer.step()
    scaler.update()
    return length.item()


# %% wrong: no clipping any more
# hint: The step was taken with gradients that were not clipped
def clipped_step(loss, model, optimizer, scaler, limit):
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    length = torch.cat([p.grad.flatten() for p in model.parameters()]).norm()
    scaler.step(optimizer)
    scaler.update()
    return length.item()


# %% wrong: the length after clipping
# hint: Return the length before the clipping
def clipped_step(loss, model, optimizer, scaler, limit):
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(model.parameters(), limit)
    length = torch.cat([p.grad.flatten() for p in model.parameters()]).norm()
    scaler.step(optimizer)
    scaler.update()
    return length.item()


# %% wrong: the limit scaled, the length not
# hint: The length you return is that of the gradient times the scale
def clipped_step(loss, model, optimizer, scaler, limit):
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    length = nn.utils.clip_grad_norm_(model.parameters(), limit * scaler.get_scale())
    scaler.step(optimizer)
    scaler.update()
    return length.item()


# %% wrong: each number for itself
# hint: The clipped gradient points elsewhere
def clipped_step(loss, model, optimizer, scaler, limit):
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    length = torch.cat([p.grad.flatten() for p in model.parameters()]).norm()
    nn.utils.clip_grad_value_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.update()
    return length.item()


# %% wrong: the scaler thrown out with its bug
# hint: The scaler takes no part any more
def clipped_step(loss, model, optimizer, scaler, limit):
    optimizer.zero_grad()
    loss.backward()
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    if length.isfinite():
        optimizer.step()
    return length.item()


# %% wrong: unscales after the clipping
# hint: `unscale_` came after a step, with no `update` between
def clipped_step(loss, model, optimizer, scaler, limit):
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.unscale_(optimizer)
    scaler.update()
    return length.item()


# %% wrong: every gradient to the limit
# hint: A gradient that is shorter than the limit stays as it is
def clipped_step(loss, model, optimizer, scaler, limit):
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    length = torch.cat([p.grad.flatten() for p in model.parameters()]).norm()
    for parameter in model.parameters():
        parameter.grad *= limit / length
    scaler.step(optimizer)
    scaler.update()
    return length.item()


# %% wrong: old gradients are not cleared
# hint: Gradients that were there before the call went into the step
def clipped_step(loss, model, optimizer, scaler, limit):
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.update()
    return length.item()


# %% wrong: the length divided by the next scale
# hint: The length was divided by a scale that `update` had already moved
def clipped_step(loss, model, optimizer, scaler, limit):
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    length = nn.utils.clip_grad_norm_(model.parameters(), limit * scaler.get_scale())
    scaler.step(optimizer)
    scaler.update()
    return length.item() / scaler.get_scale()


# %% wrong: a scale that never grows
# hint: The scaler did not move its scale as it should
def clipped_step(loss, model, optimizer, scaler, limit):
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    if length.isfinite():
        scaler.update(scaler.get_scale())
    else:
        scaler.update()
    return length.item()


# %% wrong: divides by hand, and the scaler divides again
# hint: were they divided by the scale only once
def clipped_step(loss, model, optimizer, scaler, limit):
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    for parameter in model.parameters():
        parameter.grad /= scaler.get_scale()
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.update()
    return length.item()


# %% wrong: two steps on one unscaling
# hint: `scaler.step` was called again
def clipped_step(loss, model, optimizer, scaler, limit):
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.step(optimizer)
    scaler.update()
    return length.item()


# %% wrong: no update after an overflow
# hint: `unscale_` was called again
def clipped_step(loss, model, optimizer, scaler, limit):
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    if length.isfinite():
        scaler.step(optimizer)
        scaler.update()
    return length.item()
