# %% right: stage by stage, what is left over goes with the first
def rate_groups(model, stages, lr, decay):
    groups, seen = [], set()
    for steps, stage in enumerate(reversed(stages)):
        params = list(getattr(model, stage).parameters())
        seen.update(id(p) for p in params)
        groups.append({"params": params, "lr": lr * decay**steps})
    rest = [p for p in model.parameters() if id(p) not in seen]
    if rest:
        groups.append({"params": rest, "lr": groups[-1]["lr"]})
    return groups


# %% right: a group for each parameter
def rate_groups(model, stages, lr, decay):
    rates = {}
    rate = lr
    for stage in stages[::-1]:
        rates[stage] = rate
        rate *= decay
    lowest = rates[stages[0]]
    return [
        {"params": parameter, "lr": rates.get(name.split(".")[0], lowest)}
        for name, parameter in model.named_parameters()
    ]


# %% right: children of the model, iterators as parameters, and what is in no child
def rate_groups(model, stages, lr, decay):
    groups = [{"params": model.parameters(recurse=False), "lr": lr * decay ** (len(stages) - 1)}]
    for name, child in model.named_children():
        place = stages.index(name) if name in stages else 0
        groups.append(
            {"params": child.parameters(), "lr": lr * decay ** (len(stages) - 1 - place), "name": name}
        )
    return groups


# %% right: pairs of name and parameter, and a generator of groups
def rate_groups(model, stages, lr, decay):
    for index, stage in enumerate(stages):
        pairs = [
            (name, parameter)
            for name, parameter in model.named_parameters()
            if name.split(".")[0] == stage or (index == 0 and name.split(".")[0] not in stages)
        ]
        yield {"params": pairs, "lr": lr * decay ** (len(stages) - 1 - index)}


# %% wrong: children only
# hint: A parameter may belong to the model itself
def rate_groups(model, stages, lr, decay):
    groups = []
    for name, child in model.named_children():
        place = stages.index(name) if name in stages else 0
        groups.append({"params": list(child.parameters()), "lr": lr * decay ** (len(stages) - 1 - place)})
    return groups


# %% wrong: sets
# hint: An optimizer does not take these groups
def rate_groups(model, stages, lr, decay):
    groups = [{"params": set(), "lr": lr * decay**steps} for steps in range(len(stages) - 1, -1, -1)]
    for name, parameter in model.named_parameters():
        stage = name.split(".")[0]
        groups[stages.index(stage) if stage in stages else 0]["params"].add(parameter)
    return groups


# %% wrong: names instead of parameters
# hint: something else than the model's parameters
def rate_groups(model, stages, lr, decay):
    groups = [{"params": [], "lr": lr * decay**steps} for steps in range(len(stages) - 1, -1, -1)]
    for name, _ in model.named_parameters():
        stage = name.split(".")[0]
        groups[stages.index(stage) if stage in stages else 0]["params"].append(name)
    return groups


# %% wrong: the first name that fits
# hint: The rate is another stage's
def rate_groups(model, stages, lr, decay):
    groups = [{"params": [], "lr": lr * decay**steps} for steps in range(len(stages) - 1, -1, -1)]
    for name, parameter in model.named_parameters():
        place = next((index for index, stage in enumerate(stages) if stage in name), 0)
        groups[place]["params"].append(parameter)
    return groups


# %% wrong: reverses the list that it was given
# hint: changed the list that it was given
def rate_groups(model, stages, lr, decay):
    stages.reverse()
    groups = [{"params": [], "lr": lr * decay**steps} for steps in range(len(stages))]
    for name, parameter in model.named_parameters():
        stage = name.split(".")[0]
        groups[stages.index(stage) if stage in stages else -1]["params"].append(parameter)
    return groups


# %% wrong: thaws everything first
# hint: changed what is frozen
def rate_groups(model, stages, lr, decay):
    groups = [{"params": [], "lr": lr * decay**steps} for steps in range(len(stages) - 1, -1, -1)]
    for name, parameter in model.requires_grad_(True).named_parameters():
        stage = name.split(".")[0]
        groups[stages.index(stage) if stage in stages else 0]["params"].append(parameter)
    return groups


# %% wrong: one rate
# hint: `decay` is not used
def rate_groups(model, stages, lr, decay):
    return [{"params": list(model.parameters()), "lr": lr}]


# %% wrong: the wrong end first
# hint: The rates are reversed
def rate_groups(model, stages, lr, decay):
    rates = {stage: lr * decay**step for step, stage in enumerate(stages)}
    return [
        {"params": [parameter], "lr": rates.get(name.split(".")[0], lr)}
        for name, parameter in model.named_parameters()
    ]


# %% wrong: a step too many
# hint: One step too many
def rate_groups(model, stages, lr, decay):
    groups = {stage: {"params": [], "lr": lr * decay ** (len(stages) - i)} for i, stage in enumerate(stages)}
    for name, parameter in model.named_parameters():
        groups[name.split(".")[0] if name.split(".")[0] in stages else stages[0]]["params"].append(parameter)
    return list(groups.values())


# %% wrong: two rates only
# hint: All stages below the head share one rate
def rate_groups(model, stages, lr, decay):
    head = list(model.get_submodule(stages[-1]).parameters())
    ids = {id(p) for p in head}
    return [
        {"params": [p for p in model.parameters() if id(p) not in ids], "lr": lr * decay},
        {"params": head, "lr": lr},
    ]


# %% wrong: one stage's name begins another's
# hint: in the groups more than once
def rate_groups(model, stages, lr, decay):
    groups = []
    for steps, stage in enumerate(reversed(stages)):
        params = [p for name, p in model.named_parameters() if name.startswith(stage)]
        groups.append({"params": params, "lr": lr * decay**steps})
    rest = [p for name, p in model.named_parameters() if not name.startswith(tuple(stages))]
    return [*groups, {"params": rest, "lr": groups[-1]["lr"]}]


# %% wrong: leaves out what is frozen
# hint: The frozen parameters are left out
def rate_groups(model, stages, lr, decay):
    groups = [{"params": [], "lr": lr * decay**steps} for steps in range(len(stages) - 1, -1, -1)]
    for name, parameter in model.named_parameters():
        stage = name.split(".")[0]
        if parameter.requires_grad:
            groups[stages.index(stage) if stage in stages else 0]["params"].append(parameter)
    return groups


# %% wrong: forgets what is in no stage
# hint: A parameter that is in no named stage is in no group
def rate_groups(model, stages, lr, decay):
    return [
        {"params": list(model.get_submodule(stage).parameters()), "lr": lr * decay**steps}
        for steps, stage in enumerate(reversed(stages))
    ]


# %% wrong: what is in no stage gets the head's rate
# hint: What is in no named stage learns at the rate of the first
def rate_groups(model, stages, lr, decay):
    rates = {stage: lr * decay**steps for steps, stage in enumerate(reversed(stages))}
    return [
        {"params": [parameter], "lr": rates.get(name.split(".")[0], lr)}
        for name, parameter in model.named_parameters()
    ]


# %% wrong: rates without groups
# hint: Return a list of dictionaries
def rate_groups(model, stages, lr, decay):
    return {stage: lr * decay**steps for steps, stage in enumerate(reversed(stages))}
