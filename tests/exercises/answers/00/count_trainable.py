# %% right: a generator
def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% right: a loop over shapes
def count_trainable(model):
    total = 0
    for parameter in model.parameters():
        if parameter.requires_grad:
            size = 1
            for side in parameter.shape:
                size *= side
            total += size
    return total


# %% wrong: counts the frozen ones too
# hint: You counted the frozen parameters too
def count_trainable(model):
    return sum(p.numel() for p in model.parameters())


# %% wrong: counts tensors
# hint: You seem to count tensors
def count_trainable(model):
    return sum(p.requires_grad for p in model.parameters())


# %% wrong: returns a float
# hint: Return one whole number
def count_trainable(model):
    return float(sum(p.numel() for p in model.parameters() if p.requires_grad))
