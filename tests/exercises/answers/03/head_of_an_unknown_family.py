# %% right: the parent and its last name
def new_head(model, num_classes, source_classes):
    for name, layer in list(model.named_modules()):
        if isinstance(layer, nn.Linear) and layer.out_features == source_classes:
            fresh = nn.Linear(layer.in_features, num_classes, bias=layer.bias is not None)
        elif (
            isinstance(layer, nn.Conv2d)
            and layer.kernel_size == (1, 1)
            and layer.out_channels == source_classes
        ):
            fresh = nn.Conv2d(layer.in_channels, num_classes, kernel_size=1, bias=layer.bias is not None)
        else:
            continue
        parent, _, child = name.rpartition(".")
        setattr(model.get_submodule(parent), child, fresh)
        return name


# %% right: by the shape of the weights
def new_head(model, num_classes, source_classes):
    for name, weight in model.named_parameters():
        if not name.endswith(".weight") or weight.shape[0] != source_classes:
            continue
        place = name.removesuffix(".weight")
        if weight.ndim == 2:
            make = nn.Linear
        elif weight.ndim == 4 and weight.shape[2:] == (1, 1):

            def make(*sizes, bias):
                return nn.Conv2d(*sizes, 1, bias=bias)

        else:
            continue
        bias = f"{place}.bias" in dict(model.named_parameters())
        model.set_submodule(place, make(weight.shape[1], num_classes, bias=bias))
        return place


# %% right: the last layer that the forward pass calls
def new_head(model, num_classes, source_classes):
    called, hooks = [], []
    for name, layer in model.named_modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            hooks.append(layer.register_forward_hook(lambda *_, name=name: called.append(name)))
    was_training = model.training
    model.eval()
    with torch.no_grad():
        model(torch.zeros(1, 3, 64, 64))
    model.train(was_training)
    for hook in hooks:
        hook.remove()
    old, bias = model.get_submodule(called[-1]), model.get_submodule(called[-1]).bias is not None
    if isinstance(old, nn.Linear):
        new = nn.Linear(old.in_features, num_classes, bias=bias)
    else:
        new = nn.Conv2d(old.in_channels, num_classes, 1, bias=bias)
    model.set_submodule(called[-1], new)
    return called[-1]


# %% wrong: the last in the list
# hint: Another layer than the head was replaced
def new_head(model, num_classes, source_classes):
    name, old = [(n, m) for n, m in model.named_modules() if isinstance(m, nn.Linear | nn.Conv2d)][-1]
    bias = old.bias is not None
    if isinstance(old, nn.Linear):
        model.set_submodule(name, nn.Linear(old.in_features, num_classes, bias=bias))
    else:
        model.set_submodule(name, nn.Conv2d(old.in_channels, num_classes, 1, bias=bias))
    return name


# %% wrong: hangs the new layer on the model itself
# hint: The forward pass never calls the layer
def new_head(model, num_classes, source_classes):
    for name, old in list(model.named_modules()):
        if isinstance(old, nn.Linear) and old.out_features == source_classes:
            model.fc = nn.Linear(old.in_features, num_classes)
            return "fc"
        if isinstance(old, nn.Conv2d) and old.kernel_size == (1, 1) and old.out_channels == source_classes:
            model.fc = nn.Conv2d(old.in_channels, num_classes, 1)
            return "fc"


# %% wrong: always with a bias
# hint: The new head has a bias where the old one had none
def new_head(model, num_classes, source_classes):
    for name, old in list(model.named_modules()):
        if isinstance(old, nn.Linear) and old.out_features == source_classes:
            model.set_submodule(name, nn.Linear(old.in_features, num_classes))
            return name
        if isinstance(old, nn.Conv2d) and old.kernel_size == (1, 1) and old.out_channels == source_classes:
            model.set_submodule(name, nn.Conv2d(old.in_channels, num_classes, 1))
            return name


# %% wrong: a second layer behind the old head
# hint: The new head is of another kind
def new_head(model, num_classes, source_classes):
    for name, old in list(model.named_modules()):
        if isinstance(old, nn.Linear) and old.out_features == source_classes:
            model.set_submodule(name, nn.Sequential(old, nn.Linear(source_classes, num_classes)))
            return name
        if isinstance(old, nn.Conv2d) and old.kernel_size == (1, 1) and old.out_channels == source_classes:
            model.set_submodule(name, nn.Sequential(old, nn.Conv2d(source_classes, num_classes, 1)))
            return name


# %% wrong: cuts the old head down
# hint: The new head is a piece of the old one
def new_head(model, num_classes, source_classes):
    for name, old in model.named_modules():
        is_linear = isinstance(old, nn.Linear) and old.out_features == source_classes
        is_conv = (
            isinstance(old, nn.Conv2d) and old.kernel_size == (1, 1) and old.out_channels == source_classes
        )
        if is_linear or is_conv:
            old.weight = nn.Parameter(old.weight[:num_classes].clone())
            if old.bias is not None:
                old.bias = nn.Parameter(old.bias[:num_classes].clone())
            return name


# %% wrong: the last step of the name
# hint: Return the head's whole dotted name
def new_head(model, num_classes, source_classes):
    for name, old in list(model.named_modules()):
        bias = getattr(old, "bias", None) is not None
        if isinstance(old, nn.Linear) and old.out_features == source_classes:
            model.set_submodule(name, nn.Linear(old.in_features, num_classes, bias=bias))
            return name.split(".")[-1]
        if isinstance(old, nn.Conv2d) and old.kernel_size == (1, 1) and old.out_channels == source_classes:
            model.set_submodule(name, nn.Conv2d(old.in_channels, num_classes, 1, bias=bias))
            return name.split(".")[-1]


# %% wrong: draws every layer anew
# hint: Put in one layer, and leave the others
def new_head(model, num_classes, source_classes):
    for layer in model.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            layer.reset_parameters()
    for name, old in list(model.named_modules()):
        bias = getattr(old, "bias", None) is not None
        if isinstance(old, nn.Linear) and old.out_features == source_classes:
            model.set_submodule(name, nn.Linear(old.in_features, num_classes, bias=bias))
            return name
        if isinstance(old, nn.Conv2d) and old.kernel_size == (1, 1) and old.out_channels == source_classes:
            model.set_submodule(name, nn.Conv2d(old.in_channels, num_classes, 1, bias=bias))
            return name


# %% wrong: kernel_size as a number
# hint: What does its `kernel_size` look like
def new_head(model, num_classes, source_classes):
    for name, old in list(model.named_modules()):
        bias = getattr(old, "bias", None) is not None
        if isinstance(old, nn.Linear) and old.out_features == source_classes:
            model.set_submodule(name, nn.Linear(old.in_features, num_classes, bias=bias))
            return name
        if isinstance(old, nn.Conv2d) and old.kernel_size == 1 and old.out_channels == source_classes:
            model.set_submodule(name, nn.Conv2d(old.in_channels, num_classes, 1, bias=bias))
            return name


# %% wrong: any kernel, the last one
# hint: a convolution with a 3 x 3 kernel
def new_head(model, num_classes, source_classes):
    layers = [(n, m) for n, m in model.named_modules() if isinstance(m, nn.Linear | nn.Conv2d)]
    outputs = {n: m.out_features if isinstance(m, nn.Linear) else m.out_channels for n, m in layers}
    name, old = [(n, m) for n, m in layers if outputs[n] == source_classes][-1]
    bias = old.bias is not None
    if isinstance(old, nn.Linear):
        model.set_submodule(name, nn.Linear(old.in_features, num_classes, bias=bias))
    else:
        model.set_submodule(name, nn.Conv2d(old.in_channels, num_classes, 1, bias=bias))
    return name


# %% wrong: only finds it
# hint: Replace it in place
def new_head(model, num_classes, source_classes):
    for name, old in model.named_modules():
        if isinstance(old, nn.Linear) and old.out_features == source_classes:
            return name
        if isinstance(old, nn.Conv2d) and old.kernel_size == (1, 1) and old.out_channels == source_classes:
            return name


# %% wrong: freezes the rest
# hint: free as before
def new_head(model, num_classes, source_classes):
    model.requires_grad_(False)
    for name, old in list(model.named_modules()):
        bias = getattr(old, "bias", None) is not None
        if isinstance(old, nn.Linear) and old.out_features == source_classes:
            model.set_submodule(name, nn.Linear(old.in_features, num_classes, bias=bias))
            return name
        if isinstance(old, nn.Conv2d) and old.kernel_size == (1, 1) and old.out_channels == source_classes:
            model.set_submodule(name, nn.Conv2d(old.in_channels, num_classes, 1, bias=bias))
            return name


# %% wrong: frees the rest
# hint: frozen as before
def new_head(model, num_classes, source_classes):
    model.requires_grad_(True)
    for name, old in list(model.named_modules()):
        bias = getattr(old, "bias", None) is not None
        if isinstance(old, nn.Linear) and old.out_features == source_classes:
            model.set_submodule(name, nn.Linear(old.in_features, num_classes, bias=bias))
            return name
        if isinstance(old, nn.Conv2d) and old.kernel_size == (1, 1) and old.out_channels == source_classes:
            model.set_submodule(name, nn.Conv2d(old.in_channels, num_classes, 1, bias=bias))
            return name


# %% wrong: leaves it in eval mode
# hint: Something besides the head has changed: the mode
def new_head(model, num_classes, source_classes):
    model.eval()
    for name, old in list(model.named_modules()):
        bias = getattr(old, "bias", None) is not None
        if isinstance(old, nn.Linear) and old.out_features == source_classes:
            model.set_submodule(name, nn.Linear(old.in_features, num_classes, bias=bias))
            return name
        if isinstance(old, nn.Conv2d) and old.kernel_size == (1, 1) and old.out_channels == source_classes:
            model.set_submodule(name, nn.Conv2d(old.in_channels, num_classes, 1, bias=bias))
            return name


# %% wrong: a linear layer for a convolution
# hint: in the forward pass. The new head is of another kind
def new_head(model, num_classes, source_classes):
    for name, old in list(model.named_modules()):
        bias = getattr(old, "bias", None) is not None
        if isinstance(old, nn.Linear) and old.out_features == source_classes:
            model.set_submodule(name, nn.Linear(old.in_features, num_classes, bias=bias))
            return name
        if isinstance(old, nn.Conv2d) and old.kernel_size == (1, 1) and old.out_channels == source_classes:
            model.set_submodule(name, nn.Linear(old.in_channels, num_classes, bias=bias))
            return name
