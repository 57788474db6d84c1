# %% right: a counter, and a copy tensor by tensor
def fit_with_patience(model, train_epoch, val_loss, epochs, patience):
    lowest, best, waiting = None, 0, 0
    for epoch in range(epochs):
        train_epoch(model)
        loss = float(val_loss(model))
        if loss == loss and (lowest is None or loss < lowest):
            lowest, best, waiting = loss, epoch + 1, 0
            kept = {name: value.detach().clone() for name, value in model.state_dict().items()}
        else:
            waiting += 1
        if waiting >= patience:
            break
    model.load_state_dict(kept)
    return best


# %% right: a copy of the model, and all losses kept
def fit_with_patience(model, train_epoch, val_loss, epochs, patience):
    losses, best = [], 0
    while len(losses) < epochs and len(losses) - best < patience:
        train_epoch(model)
        loss = val_loss(model)
        losses.append(float("inf") if loss != loss else loss)
        if losses[-1] < min([*losses[:-1], float("inf")]):
            best, kept = len(losses), copy.deepcopy(model)
    model.load_state_dict(kept.state_dict())
    return torch.tensor(best)


# %% wrong: no copy
# hint: or what was kept is no copy
def fit_with_patience(model, train_epoch, val_loss, epochs, patience):
    best, lowest = 0, float("inf")
    for epoch in range(1, epochs + 1):
        train_epoch(model)
        loss = val_loss(model)
        if loss < lowest:
            best, lowest, state = epoch, loss, model.state_dict()
        elif epoch - best >= patience:
            break
    model.load_state_dict(state)
    return best


# %% wrong: counts all epochs without progress, not those in a row
# hint: a new lowest loss sets the count back to 0
def fit_with_patience(model, train_epoch, val_loss, epochs, patience):
    best, lowest, waiting = 0, float("inf"), 0
    for epoch in range(1, epochs + 1):
        train_epoch(model)
        loss = val_loss(model)
        if loss < lowest:
            best, lowest, state = epoch, loss, copy.deepcopy(model.state_dict())
        else:
            waiting += 1
            if waiting >= patience:
                break
    model.load_state_dict(state)
    return best


# %% wrong: compares with the epoch before
# hint: compare with the lowest so far
def fit_with_patience(model, train_epoch, val_loss, epochs, patience):
    best, before, waiting = 0, float("inf"), 0
    for epoch in range(1, epochs + 1):
        train_epoch(model)
        loss = val_loss(model)
        if not loss >= before:
            best, waiting, state = epoch, 0, copy.deepcopy(model.state_dict())
        else:
            waiting += 1
        if waiting == patience:
            break
        before = loss
    model.load_state_dict(state)
    return best


# %% wrong: an epoch too many
# hint: One epoch too many
def fit_with_patience(model, train_epoch, val_loss, epochs, patience):
    best, lowest = 0, float("inf")
    for epoch in range(1, epochs + 1):
        train_epoch(model)
        loss = val_loss(model)
        if loss < lowest:
            best, lowest, state = epoch, loss, copy.deepcopy(model.state_dict())
        elif epoch - best > patience:
            break
    model.load_state_dict(state)
    return best


# %% wrong: parameters without the running statistics
# hint: The running statistics are of another epoch
def fit_with_patience(model, train_epoch, val_loss, epochs, patience):
    best, lowest = 0, float("inf")
    for epoch in range(1, epochs + 1):
        train_epoch(model)
        loss = val_loss(model)
        if loss < lowest:
            best, lowest, kept = epoch, loss, [p.detach().clone() for p in model.parameters()]
        elif epoch - best >= patience:
            break
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), kept):
            parameter.copy_(value)
    return best


# %% wrong: epochs from 0
# hint: Count epochs from 1
def fit_with_patience(model, train_epoch, val_loss, epochs, patience):
    best, lowest = -1, float("inf")
    for epoch in range(epochs):
        train_epoch(model)
        loss = val_loss(model)
        if loss < lowest:
            best, lowest, state = epoch, loss, copy.deepcopy(model.state_dict())
        elif epoch - best >= patience:
            break
    model.load_state_dict(state)
    return best


# %% wrong: NaN becomes the lowest
# hint: Any comparison with NaN is False
def fit_with_patience(model, train_epoch, val_loss, epochs, patience):
    best, lowest, waiting = 0, float("inf"), 0
    for epoch in range(1, epochs + 1):
        train_epoch(model)
        loss = val_loss(model)
        if loss >= lowest:
            waiting += 1
            if waiting >= patience:
                break
        else:
            best, lowest, waiting, state = epoch, loss, 0, copy.deepcopy(model.state_dict())
    model.load_state_dict(state)
    return best


# %% wrong: never stops
# hint: The run did not stop
def fit_with_patience(model, train_epoch, val_loss, epochs, patience):
    best, lowest, kept = 0, float("inf"), None
    count = 0
    for epoch in range(1, epochs + 1):
        train_epoch(model)
        loss = val_loss(model)
        if loss < lowest and count < patience:
            best, lowest, kept = epoch, loss, copy.deepcopy(model.state_dict())
            count = 0
        else:
            count += 1
    model.load_state_dict(kept)
    return best


# %% wrong: a tie counts as progress
# hint: An equal loss is no new lowest
def fit_with_patience(model, train_epoch, val_loss, epochs, patience):
    best, lowest = 0, float("inf")
    for epoch in range(1, epochs + 1):
        train_epoch(model)
        loss = val_loss(model)
        if loss <= lowest:
            best, lowest, state = epoch, loss, copy.deepcopy(model.state_dict())
        elif epoch - best >= patience:
            break
    model.load_state_dict(state)
    return best


# %% wrong: measures first
# hint: called before the first `train_epoch`
def fit_with_patience(model, train_epoch, val_loss, epochs, patience):
    best, lowest = 0, float("inf")
    for epoch in range(1, epochs + 1):
        loss = val_loss(model)
        train_epoch(model)
        if loss < lowest:
            best, lowest, state = epoch, loss, copy.deepcopy(model.state_dict())
        elif epoch - best >= patience:
            break
    model.load_state_dict(state)
    return best


# %% wrong: measures twice
# hint: `val_loss` is to be called once in each epoch
def fit_with_patience(model, train_epoch, val_loss, epochs, patience):
    best, lowest = 0, float("inf")
    for epoch in range(1, epochs + 1):
        train_epoch(model)
        if val_loss(model) < lowest:
            best, lowest, state = epoch, val_loss(model), copy.deepcopy(model.state_dict())
        elif epoch - best >= patience:
            break
    model.load_state_dict(state)
    return best


# %% wrong: gives the name to the copy
# hint: either nothing was loaded into it at the end
def fit_with_patience(model, train_epoch, val_loss, epochs, patience):
    best, lowest, kept = 0, float("inf"), None
    for epoch in range(1, epochs + 1):
        train_epoch(model)
        loss = val_loss(model)
        if loss < lowest:
            best, lowest, kept = epoch, loss, copy.deepcopy(model)
        elif epoch - best >= patience:
            break
    model = kept
    return best
