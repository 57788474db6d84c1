# %% right: eval for all, then train for the head
def train_head(model, head, loader, optimizer, epochs):
    model.requires_grad_(False).eval()
    model.get_submodule(head).requires_grad_(True).train()
    for _ in range(epochs):
        for images, labels in loader:
            loss = F.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


# %% right: train, then eval for the backbone's BatchNorm layers in each epoch
def train_head(model, head, loader, optimizer, epochs):
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.startswith(f"{head}.")
    for _ in range(epochs):
        model.train()
        for name, module in model.named_modules():
            if isinstance(module, nn.BatchNorm2d) and not name.startswith(f"{head}."):
                module.eval()
        for images, labels in loader:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()


# %% right: the features are computed once
def train_head(model, head, loader, optimizer, epochs):
    place = model.get_submodule(head)
    kept = []
    hook = place.register_forward_pre_hook(lambda module, inputs: kept.append(inputs[0].detach()))
    model.eval()
    batches = [(model(images), labels)[1] for images, labels in loader]
    hook.remove()
    place.train()
    for _ in range(epochs):
        for features, labels in zip(kept, batches):
            optimizer.zero_grad()
            F.cross_entropy(place(features), labels).backward()
            optimizer.step()


# %% wrong: the bug as given
# hint: Which mode is each layer in at the moment when a batch comes
def train_head(model, head, loader, optimizer, epochs):
    train_head_with_a_bug(model, head, loader, optimizer, epochs)


# %% wrong: puts the statistics back at the end
# hint: pictures were normalised by their batch
def train_head(model, head, loader, optimizer, epochs):
    before = {name: buffer.clone() for name, buffer in model.named_buffers()}
    train_head_with_a_bug(model, head, loader, optimizer, epochs)
    for name, buffer in model.named_buffers():
        buffer.copy_(before[name])


# %% wrong: eval from the second epoch on
# hint: A part of the backbone was awake
def train_head(model, head, loader, optimizer, epochs):
    model.requires_grad_(False).train()
    model.get_submodule(head).requires_grad_(True)
    for _ in range(epochs):
        for images, labels in loader:
            loss = F.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        model.get_submodule(head).train()


# %% wrong: only takes model.train() out
# hint: The head trained in eval mode
def train_head(model, head, loader, optimizer, epochs):
    model.requires_grad_(False).eval()
    model.get_submodule(head).requires_grad_(True)
    for _ in range(epochs):
        for images, labels in loader:
            loss = F.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


# %% wrong: one epoch
# hint: fewer epochs than asked
def train_head(model, head, loader, optimizer, epochs):
    model.requires_grad_(False).eval()
    model.get_submodule(head).requires_grad_(True).train()
    for images, labels in loader:
        loss = F.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


# %% wrong: no step
# hint: Nothing was learned
def train_head(model, head, loader, optimizer, epochs):
    model.requires_grad_(False).eval()
    model.get_submodule(head).requires_grad_(True).train()
    for _ in range(epochs):
        for images, labels in loader:
            F.cross_entropy(model(images), labels).backward()
