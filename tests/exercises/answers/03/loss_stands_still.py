# %% right: SGD on the head that find_head finds afterwards
def set_up(model, num_classes, lr):
    for parameter in model.parameters():
        parameter.requires_grad = False
    model = tl.replace_head(model, num_classes)
    optimizer = torch.optim.SGD(tl.find_head(model).module.parameters(), lr=lr, momentum=0.9)
    return model, optimizer


# %% right: the course's freeze, and an optimizer that holds the frozen parameters as well
def set_up(model, num_classes, lr):
    tl.freeze(tl.replace_head(model, num_classes))
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name.startswith(tl.find_head(model).name + "."))
    return [model, torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=0.0)]


# %% right: a new head made by hand, in a group of its own
def set_up(model, num_classes, lr):
    model.requires_grad_(False)
    old = tl.find_head(model)
    new = nn.Sequential(nn.Dropout(0.1), nn.Linear(old.in_features, num_classes))
    model.set_submodule(old.name, new)
    groups = [{"params": [new[1].weight]}, {"params": [new[1].bias], "weight_decay": 0.0}]
    return model, torch.optim.AdamW(groups, lr=lr)


# %% wrong: the bug as given
# hint: A step of training leaves the new head as it was
def set_up(model, num_classes, lr):
    return set_up_with_a_bug(model, num_classes, lr)


# %% wrong: freezes after the swap
# hint: The new head is frozen
def set_up(model, num_classes, lr):
    tl.replace_head(model, num_classes)
    model.requires_grad_(False)
    return model, torch.optim.Adam(model.parameters(), lr=lr)


# %% wrong: adds the new head to the stale optimizer
# hint: The optimizer still holds tensors of a head
def set_up(model, num_classes, lr):
    model, optimizer = set_up_with_a_bug(model, num_classes, lr)
    optimizer.add_param_group({"params": list(tl.find_head(model).module.parameters())})
    return model, optimizer


# %% wrong: forgets to freeze
# hint: The backbone trains too
def set_up(model, num_classes, lr):
    tl.replace_head(model, num_classes)
    return model, torch.optim.Adam(model.parameters(), lr=lr)


# %% wrong: a rate of its own
# hint: The learning rate is not the `lr`
def set_up(model, num_classes, lr):
    model.requires_grad_(False)
    tl.replace_head(model, num_classes)
    return model, torch.optim.Adam(tl.find_head(model).module.parameters())


# %% wrong: keeps the old head
# hint: The model does not answer your classes
def set_up(model, num_classes, lr):
    model.requires_grad_(False)
    head = tl.find_head(model).module.requires_grad_(True)
    return model, torch.optim.Adam(head.parameters(), lr=lr)


# %% wrong: the weight alone
# hint: A part of the new head does not learn
def set_up(model, num_classes, lr):
    model.requires_grad_(False)
    tl.replace_head(model, num_classes)
    return model, torch.optim.Adam([tl.find_head(model).module.weight], lr=lr)


# %% wrong: returns the optimizer alone
# hint: Return two things
def set_up(model, num_classes, lr):
    model.requires_grad_(False)
    tl.replace_head(model, num_classes)
    return torch.optim.Adam(tl.find_head(model).module.parameters(), lr=lr)


# %% wrong: new layer, old rows
# hint: The head is a piece of the old one
def set_up(model, num_classes, lr):
    model.requires_grad_(False)
    rows = tl.find_head(model).module.weight[:num_classes].clone()
    tl.replace_head(model, num_classes)
    head = tl.find_head(model).module
    with torch.no_grad():
        head.weight.copy_(rows)
    return model, torch.optim.Adam(head.parameters(), lr=lr)
