# %% right: looks at the gradients itself, but leaves the deciding to the scaler
def fp16_step(features, labels, model, optimizer, scaler):
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast(device_type="cpu", dtype=torch.float16):
        logits = model(features)
        loss = nn.CrossEntropyLoss()(logits, labels)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    finite = torch.stack([p.grad.isfinite().all() for p in model.parameters()]).all()
    scaler.step(optimizer)
    scaler.update()
    return finite


# %% right: asks the weights, and computes the loss outside of autocast
def fp16_step(features, labels, model, optimizer, scaler):
    before = [parameter.detach().clone() for parameter in model.parameters()]
    with torch.autocast("cpu", dtype=torch.float16):
        logits = model(features)
    scaler.scale(F.cross_entropy(logits.float(), labels)).backward()
    scaler.step(optimizer)
    scaler.update()
    optimizer.zero_grad()
    return any(bool((old != new).any()) for old, new in zip(before, model.parameters(), strict=True))


# %% right: returns 1 or 0
def fp16_step(features, labels, model, optimizer, scaler):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.float16):
        loss = F.cross_entropy(model(features), labels)
    scaler.scale(loss).backward()
    finite = all(parameter.grad.isfinite().all() for parameter in model.parameters())
    if finite:
        scaler.step(optimizer)
    else:
        scaler.unscale_(optimizer)
    scaler.update()
    return int(finite)


# %% wrong: the bug as given
# hint: After an overflow the scale stays where it is
def fp16_step(features, labels, model, optimizer, scaler):
    return fp16_step_with_a_bug(features, labels, model, optimizer, scaler)


# %% wrong: only update moved out of the guard
# hint: `update` found nothing to go by
def fp16_step(features, labels, model, optimizer, scaler):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.float16):
        loss = F.cross_entropy(model(features), labels)
    scaler.scale(loss).backward()
    finite = all(parameter.grad.isfinite().all() for parameter in model.parameters())
    if finite:
        scaler.step(optimizer)
    scaler.update()
    return finite


# %% wrong: the scale halved by hand
# hint: An overflow breaks the row of good steps
def fp16_step(features, labels, model, optimizer, scaler):
    finite = fp16_step_with_a_bug(features, labels, model, optimizer, scaler)
    if not finite:
        scaler.update(scaler.get_scale() / 2)
    return finite


# %% wrong: no update at all
# hint: `scaler.step` was called again, with no `update` between
def fp16_step(features, labels, model, optimizer, scaler):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.float16):
        loss = F.cross_entropy(model(features), labels)
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    return all(parameter.grad.isfinite().all() for parameter in model.parameters())


# %% wrong: the optimizer steps past the scaler
# hint: A step was taken with gradients that are not finite
def fp16_step(features, labels, model, optimizer, scaler):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.float16):
        loss = F.cross_entropy(model(features), labels)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    optimizer.step()
    scaler.update()
    return all(parameter.grad.isfinite().all() for parameter in model.parameters())


# %% wrong: says whether it was skipped
# hint: You have it the wrong way round
def fp16_step(features, labels, model, optimizer, scaler):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.float16):
        loss = F.cross_entropy(model(features), labels)
    scaler.scale(loss).backward()
    before = scaler.get_scale()
    scaler.step(optimizer)
    scaler.update()
    return scaler.get_scale() < before


# %% wrong: takes a doubled scale for an overflow
# hint: A step that doubles the scale was taken as well
def fp16_step(features, labels, model, optimizer, scaler):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.float16):
        loss = F.cross_entropy(model(features), labels)
    scaler.scale(loss).backward()
    before = scaler.get_scale()
    scaler.step(optimizer)
    scaler.update()
    return scaler.get_scale() == before


# %% wrong: returns nothing
# hint: Return True or False, and nothing else
def fp16_step(features, labels, model, optimizer, scaler):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.float16):
        loss = F.cross_entropy(model(features), labels)
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()


# %% wrong: no autocast
# hint: The forward pass did not compute in fp16
def fp16_step(features, labels, model, optimizer, scaler):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(features), labels)
    scaler.scale(loss).backward()
    before = scaler.get_scale()
    scaler.step(optimizer)
    scaler.update()
    return scaler.get_scale() >= before


# %% wrong: the loss outside of autocast
# hint: is the loss inside `autocast` too
def fp16_step(features, labels, model, optimizer, scaler):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.float16):
        logits = model(features)
    scaler.scale(F.cross_entropy(logits, labels)).backward()
    before = scaler.get_scale()
    scaler.step(optimizer)
    scaler.update()
    return scaler.get_scale() >= before


# %% wrong: old gradients are never cleared
# hint: are the gradients of the step before cleared
def fp16_step(features, labels, model, optimizer, scaler):
    with torch.autocast("cpu", dtype=torch.float16):
        loss = F.cross_entropy(model(features), labels)
    scaler.scale(loss).backward()
    before = scaler.get_scale()
    scaler.step(optimizer)
    scaler.update()
    return scaler.get_scale() >= before


# %% wrong: infinite gradients cleared before the scaler sees them
# hint: The scaler found no gradients
def fp16_step(features, labels, model, optimizer, scaler):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.float16):
        loss = F.cross_entropy(model(features), labels)
    scaler.scale(loss).backward()
    finite = all(parameter.grad.isfinite().all() for parameter in model.parameters())
    if not finite:
        optimizer.zero_grad()
    scaler.step(optimizer)
    scaler.update()
    return finite


# %% wrong: a loss that is not scaled
# hint: The scaler has not seen the loss yet
def fp16_step(features, labels, model, optimizer, scaler):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.float16):
        loss = F.cross_entropy(model(features), labels)
    loss.backward()
    scaler.step(optimizer)
    scaler.update()
    return True
