# %% right: divides the gradients at the end
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    model.zero_grad()
    losses, pictures = [], 0
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            losses.append(F.cross_entropy(model(features), labels, reduction="sum"))
        scaler.scale(losses[-1]).backward()
        pictures += len(labels)
    scaler.unscale_(optimizer)
    for parameter in model.parameters():
        if parameter.grad is not None:
            parameter.grad /= pictures
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.update()
    optimizer.zero_grad()
    return sum(losses) / pictures, length


# %% right: everything in one batch, the backward pass inside of autocast as well
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    features = torch.cat([features for features, _ in batches])
    labels = torch.cat([labels for _, labels in batches])
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=dtype):
        loss = F.cross_entropy(model(features), labels)
        scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.update()
    return [loss.item(), length.item()]


# %% right: mean losses weighted by their size, the limit scaled
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    pictures, total, scale = sum(len(labels) for _, labels in batches), 0.0, scaler.get_scale()
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            logits = model(features)
        loss = F.cross_entropy(logits.float(), labels) * (len(labels) / pictures)
        total += loss.item()
        scaler.scale(loss).backward()
    length = nn.utils.clip_grad_norm_(model.parameters(), limit * scale)
    scaler.step(optimizer)
    scaler.update()
    return total, length.item() / scale


# %% wrong: the lesson's step
# hint: Each batch counts the same, whatever its size
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    total = 0.0
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features), labels) / len(batches)
        scaler.scale(loss).backward()
        total += loss.item()
    scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.update()
    return total, length.item()


# %% wrong: clips before it unscales
# hint: clip the true gradients, not the scaled ones
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    pictures, total = sum(len(labels) for _, labels in batches), 0.0
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features), labels, reduction="sum") / pictures
        scaler.scale(loss).backward()
        total += loss.item()
    length = nn.utils.clip_grad_norm_(model.parameters(), limit) / scaler.get_scale()
    scaler.step(optimizer)
    scaler.update()
    return total, length.item()


# %% wrong: no autocast
# hint: is it inside `torch.autocast`
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    pictures, total = sum(len(labels) for _, labels in batches), 0.0
    for features, labels in batches:
        loss = F.cross_entropy(model(features), labels, reduction="sum") / pictures
        scaler.scale(loss).backward()
        total += loss.item()
    scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.update()
    return total, length.item()


# %% wrong: clears at the end only
# hint: Gradients that were there before the call went into the step
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    pictures, total = sum(len(labels) for _, labels in batches), 0.0
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features), labels, reduction="sum") / pictures
        scaler.scale(loss).backward()
        total += loss.item()
    scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.update()
    optimizer.zero_grad()
    return total, length.item()


# %% wrong: clears for each batch
# hint: Only the last batch counts
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    total = 0.0
    for features, labels in batches:
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features), labels)
        scaler.scale(loss).backward()
        total += loss.item() / len(batches)
    scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.update()
    return total, length.item()


# %% wrong: the optimizer steps past the scaler
# hint: A step was taken with gradients that are not finite
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    pictures, total = sum(len(labels) for _, labels in batches), 0.0
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features), labels, reduction="sum") / pictures
        scaler.scale(loss).backward()
        total += loss.item()
    scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    optimizer.step()
    scaler.update()
    return total, length.item()


# %% wrong: no scaler
# hint: was the loss multiplied by the scale
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    pictures, total = sum(len(labels) for _, labels in batches), 0.0
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features), labels, reduction="sum") / pictures
        loss.backward()
        total += loss.item()
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    optimizer.step()
    return total, length.item()


# %% wrong: no update
# hint: The scaler has to move its scale after each step
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    pictures, total = sum(len(labels) for _, labels in batches), 0.0
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features), labels, reduction="sum") / pictures
        scaler.scale(loss).backward()
        total += loss.item()
    scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    return total, length.item()


# %% wrong: the last batch's loss, and the length that was left
# hint: The loss you return is that of the last batch alone
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    pictures = sum(len(labels) for _, labels in batches)
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features), labels, reduction="sum") / pictures
        scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.update()
    return loss.item(), min(length.item(), limit)


# %% wrong: the length that was left after clipping
# hint: Return the gradient's length before the clipping
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    pictures, total = sum(len(labels) for _, labels in batches), 0.0
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features), labels, reduction="sum") / pictures
        scaler.scale(loss).backward()
        total += loss.item()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(model.parameters(), limit)
    length = torch.cat([p.grad.flatten() for p in model.parameters() if p.requires_grad]).norm()
    scaler.step(optimizer)
    scaler.update()
    return total, length.item()


# %% wrong: each batch clipped for itself
# hint: The clipping is not that of the whole accumulated gradient
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    pictures, total, scale = sum(len(labels) for _, labels in batches), 0.0, scaler.get_scale()
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features), labels, reduction="sum") / pictures
        scaler.scale(loss).backward()
        length = nn.utils.clip_grad_norm_(model.parameters(), limit * scale)
        total += loss.item()
    scaler.step(optimizer)
    scaler.update()
    return total, length.item() / scale


# %% wrong: the loss outside of autocast
# hint: Perhaps the loss was computed in fp16
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    pictures, total = sum(len(labels) for _, labels in batches), 0.0
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            logits = model(features)
        loss = F.cross_entropy(logits, labels, reduction="sum") / pictures
        scaler.scale(loss).backward()
        total += loss.item()
    scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.update()
    return total, length.item()


# %% wrong: a scale that never grows
# hint: 2 times the scale after a good step
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    pictures, total = sum(len(labels) for _, labels in batches), 0.0
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features), labels, reduction="sum") / pictures
        scaler.scale(loss).backward()
        total += loss.item()
    scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    if length.isfinite() and scaler.is_enabled():
        scaler.update(scaler.get_scale())
    else:
        scaler.update()
    return total, length.item()


# %% wrong: forgets that some parameters are frozen
# hint: a frozen parameter has none
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    pictures, total = sum(len(labels) for _, labels in batches), 0.0
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features), labels, reduction="sum")
        scaler.scale(loss).backward()
        total += loss.item()
    scaler.unscale_(optimizer)
    for parameter in model.parameters():
        parameter.grad /= pictures
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.update()
    return total / pictures, length.item()


# %% wrong: the length divided by the next scale
# hint: The length was divided by a scale that `update` had already moved
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    pictures, total = sum(len(labels) for _, labels in batches), 0.0
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features), labels, reduction="sum") / pictures
        scaler.scale(loss).backward()
        total += loss.item()
    length = nn.utils.clip_grad_norm_(model.parameters(), limit * scaler.get_scale())
    scaler.step(optimizer)
    scaler.update()
    return total, length.item() / scaler.get_scale()


# %% wrong: the loss alone
# hint: Return two values
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    pictures, total = sum(len(labels) for _, labels in batches), 0.0
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features), labels, reduction="sum") / pictures
        scaler.scale(loss).backward()
        total += loss.item()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.update()
    return total


# %% wrong: a step for each batch
# hint: The optimizer took several steps
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    pictures, total = sum(len(labels) for _, labels in batches), 0.0
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features), labels, reduction="sum") / pictures
        scaler.scale(loss).backward()
        total += loss.item()
        scaler.unscale_(optimizer)
        length = nn.utils.clip_grad_norm_(model.parameters(), limit)
        scaler.step(optimizer)
        scaler.update()
        optimizer.zero_grad()
    return total, length.item()


# %% wrong: unscales for each batch
# hint: `unscale_` was called again
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    pictures, total = sum(len(labels) for _, labels in batches), 0.0
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features), labels, reduction="sum") / pictures
        scaler.scale(loss).backward()
        total += loss.item()
        scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.update()
    return total, length.item()


# %% wrong: the weights in sixteen bits
# hint: The weights themselves are in fp16
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    model.to(dtype)
    pictures, total = sum(len(labels) for _, labels in batches), 0.0
    for features, labels in batches:
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features.to(dtype)), labels, reduction="sum") / pictures
        scaler.scale(loss).backward()
        total += loss.item()
    scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.update()
    return total, length.item()


# %% wrong: each batch by the running count
# hint: Each batch is divided by the count so far
def mixed_step(batches, model, optimizer, scaler, dtype, limit):
    optimizer.zero_grad()
    pictures, total = 0, 0.0
    for features, labels in batches:
        pictures += len(labels)
        with torch.autocast("cpu", dtype=dtype):
            loss = F.cross_entropy(model(features), labels, reduction="sum") / pictures
        scaler.scale(loss).backward()
        total += loss.item()
    scaler.unscale_(optimizer)
    length = nn.utils.clip_grad_norm_(model.parameters(), limit)
    scaler.step(optimizer)
    scaler.update()
    return total, length.item()
