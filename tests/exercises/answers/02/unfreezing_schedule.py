# %% right: child by child
def train_stages(model, stages, epoch, every):
    free = stages[::-1][: (epoch + every - 1) // every]
    model.requires_grad_(False)
    for name, child in model.named_children():
        child.train(name in free)
        for parameter in child.parameters():
            parameter.requires_grad = name in free


# %% wrong: children only
# hint: A parameter may belong to the model itself
def train_stages(model, stages, epoch, every):
    free = stages[::-1][: (epoch + every - 1) // every]
    for name, child in model.named_children():
        child.train(name in free).requires_grad_(name in free)


# %% wrong: one stage's name begins another's
# hint: Does one stage's name begin another's
def train_stages(model, stages, epoch, every):
    free = tuple(stages[-(1 + (epoch - 1) // every) :])
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.startswith(free)
    for name, child in model.named_children():
        child.train(name in free)


# %% wrong: a start that becomes negative
# hint: is the start of a slice negative
def train_stages(model, stages, epoch, every):
    model.requires_grad_(False).eval()
    for stage in stages[len(stages) - 1 - (epoch - 1) // every :]:
        model.get_submodule(stage).requires_grad_(True).train()


# %% wrong: only BatchNorm rests
# hint: BatchNorm rests, but
def train_stages(model, stages, epoch, every):
    model.train().requires_grad_(False)
    free = stages[-(1 + (epoch - 1) // every) :]
    for name, child in model.named_children():
        for module in child.modules():
            if name not in free and isinstance(module, nn.BatchNorm2d):
                module.eval()
    for stage in free:
        model.get_submodule(stage).requires_grad_(True)


# %% wrong: wakes the layers, not the stage
# hint: A module of a stage that trains is in eval mode
def train_stages(model, stages, epoch, every):
    model.requires_grad_(False).eval()
    for stage in stages[-(1 + (epoch - 1) // every) :]:
        for layer in model.get_submodule(stage).requires_grad_(True).children():
            layer.train()


# %% wrong: takes the stages out of the list
# hint: changed the list that it was given
def train_stages(model, stages, epoch, every):
    model.requires_grad_(False).eval()
    for _ in range(min(len(stages), 1 + (epoch - 1) // every)):
        model.get_submodule(stages.pop()).requires_grad_(True).train()


# %% right: the epoch in which each stage joins
def train_stages(model, stages, epoch, every):
    model.train()
    model.requires_grad_(False)
    joins = {stage: 1 + every * step for step, stage in enumerate(reversed(stages))}
    for name, module in model.named_modules():
        if not name:
            continue
        due = epoch >= joins.get(name.split(".")[0], float("inf"))
        module.training = due
        for parameter in module.parameters(recurse=False):
            parameter.requires_grad_(due)


# %% wrong: a stage early
# hint: A stage joins too early
def train_stages(model, stages, epoch, every):
    model.requires_grad_(False).eval()
    for stage in stages[-(1 + epoch // every) :]:
        model.get_submodule(stage).requires_grad_(True).train()


# %% wrong: a count of 0 is the whole list
# hint: when the number of free stages comes out as 0
def train_stages(model, stages, epoch, every):
    model.requires_grad_(False).eval()
    for stage in stages[-((epoch - 1) // every) :]:
        model.get_submodule(stage).requires_grad_(True).train()


# %% wrong: the shallow end first
# hint: the head, comes first
def train_stages(model, stages, epoch, every):
    model.requires_grad_(False).eval()
    for stage in stages[: 1 + (epoch - 1) // every]:
        model.get_submodule(stage).requires_grad_(True).train()


# %% wrong: one stage at a time
# hint: Only the newest stage trains
def train_stages(model, stages, epoch, every):
    model.requires_grad_(False).eval()
    place = max(0, len(stages) - 1 - (epoch - 1) // every)
    model.get_submodule(stages[place]).requires_grad_(True).train()


# %% wrong: everything outside the list trains
# hint: What is in no named stage trains too
def train_stages(model, stages, epoch, every):
    model.train()
    free = stages[-(1 + (epoch - 1) // every) :]
    for stage in stages:
        model.get_submodule(stage).requires_grad_(stage in free).train(stage in free)


# %% wrong: wakes a stage in its own epoch only
# hint: a run may be taken up in the middle
def train_stages(model, stages, epoch, every):
    if epoch == 1:
        model.requires_grad_(False)
    model.eval()
    count = min(len(stages), 1 + (epoch - 1) // every)
    if (epoch - 1) % every == 0:
        model.get_submodule(stages[-count]).requires_grad_(True)
    for stage in stages[-count:]:
        model.get_submodule(stage).train()


# %% wrong: parameters only, everything in train mode
# hint: A frozen stage is in train mode
def train_stages(model, stages, epoch, every):
    model.train()
    model.requires_grad_(False)
    for stage in stages[-(1 + (epoch - 1) // every) :]:
        model.get_submodule(stage).requires_grad_(True)


# %% wrong: everything in eval mode
# hint: set its mode too
def train_stages(model, stages, epoch, every):
    model.requires_grad_(False).eval()
    for stage in stages[-(1 + (epoch - 1) // every) :]:
        model.get_submodule(stage).requires_grad_(True)


# %% wrong: the last stage never joins
# hint: A stage joins too late, or never
def train_stages(model, stages, epoch, every):
    model.requires_grad_(False).eval()
    count = min(1 + (epoch - 1) // every, len(stages) - 1)
    for stage in stages[-count:]:
        model.get_submodule(stage).requires_grad_(True).train()
