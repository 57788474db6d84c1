# %% right: by the identity of the parameters
def freeze_all_but(model, keep):
    kept = {id(parameter) for name in keep for parameter in getattr(model, name).parameters()}
    [parameter.requires_grad_(id(parameter) in kept) for parameter in model.parameters()]


# %% wrong: child by child
# hint: A parameter may belong to the model itself
def freeze_all_but(model, keep):
    for name, child in model.named_children():
        if name not in keep:
            child.requires_grad_(False)


# %% wrong: misspelt
# hint: PyTorch's is spelt `requires_grad`
def freeze_all_but(model, keep):
    for name, parameter in model.named_parameters():
        if name.split(".")[0] not in keep:
            parameter.require_grad = False


# %% right: all frozen, then the kept ones free again
def freeze_all_but(model, keep):
    for parameter in model.parameters():
        parameter.requires_grad = False
    for name in keep:
        for parameter in model.get_submodule(name).parameters():
            parameter.requires_grad = True


# %% wrong: the bug as given
# hint: Everything trains as before
def freeze_all_but(model, keep):
    freeze_with_a_bug(model, keep)


# %% wrong: an attribute of the module
# hint: A module has no `requires_grad` of its own
def freeze_all_but(model, keep):
    for name, child in model.named_children():
        if name not in keep:
            child.requires_grad = False


# %% wrong: one stage's name begins another's
# hint: The name of one stage may begin the name of another
def freeze_all_but(model, keep):
    for name, parameter in model.named_parameters():
        if not name.startswith(tuple(keep)):
            parameter.requires_grad = False


# %% wrong: reversed
# hint: It is reversed
def freeze_all_but(model, keep):
    for name in keep:
        model.get_submodule(name).requires_grad_(False)


# %% wrong: freezes everything
# hint: A stage that is to train is frozen too
def freeze_all_but(model, keep):
    model.requires_grad_(False)


# %% wrong: new parameters
# hint: New parameters have taken the place
def freeze_all_but(model, keep):
    for name, parameter in list(model.named_parameters()):
        if name.split(".")[0] not in keep:
            place, _, last = name.rpartition(".")
            frozen = nn.Parameter(parameter.detach().clone(), requires_grad=False)
            setattr(model.get_submodule(place), last, frozen)


# %% wrong: weights only
# hint: A part of what is not in `keep` still trains
def freeze_all_but(model, keep):
    for name, parameter in model.named_parameters():
        if name.split(".")[0] not in keep and name.endswith("weight"):
            parameter.requires_grad = False
