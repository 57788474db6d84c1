# %% right: parameter by parameter, module by module
def train_head_only(model, head):
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.startswith(head + ".")
    for name, module in model.named_modules():
        module.training = name == head or name.startswith(head + ".")


# %% right: the children of the model
def train_head_only(model, head):
    for name, child in model.named_children():
        child.requires_grad_(name == head)
        child.train(name == head)


# %% wrong: parameters only
# hint: BatchNorm layers of the backbone were in train mode
def train_head_only(model, head):
    model.train()
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.startswith(head + ".")


# %% wrong: statistics without momentum, pictures still normalised by their batch
# hint: BatchNorm layers of the backbone normalise by the batch
def train_head_only(model, head):
    model.requires_grad_(False).train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.track_running_stats = False
            module.running_mean = module.running_var = module.num_batches_tracked = None
    model.get_submodule(head).requires_grad_(True)


# %% wrong: freezes everything
# hint: The head is frozen too
def train_head_only(model, head):
    model.requires_grad_(False).eval()


# %% wrong: the head stays in eval mode
# hint: The head is in eval mode
def train_head_only(model, head):
    model.requires_grad_(False).eval()
    model.get_submodule(head).requires_grad_(True)


# %% wrong: trains everything
# hint: The backbone still trains
def train_head_only(model, head):
    model.eval()
    model.get_submodule(head).train()


# %% wrong: never frees the head
# hint: A model may come with its head frozen
def train_head_only(model, head):
    for name, parameter in model.named_parameters():
        if not name.startswith(head + "."):
            parameter.requires_grad = False
    model.eval()
    model.get_submodule(head).train()


# %% wrong: BatchNorm alone in eval mode
# hint: The backbone's dropout is awake
def train_head_only(model, head):
    model.train()
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.startswith(head + ".")
    for name, module in model.named_modules():
        if isinstance(module, nn.BatchNorm2d) and not name.startswith(head + "."):
            module.eval()
