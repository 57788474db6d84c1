# %% right: counts over batches and puts the mode back
def accuracy(model, loader):
    mode = model.training
    model.eval()
    right, seen = 0, 0
    with torch.no_grad():
        for images, labels in loader:
            right += int((model(images).argmax(dim=1) == labels).sum())
            seen += len(labels)
    model.train(mode)
    return right / seen


# %% right: measures a copy
def accuracy(model, loader):
    copied = copy.deepcopy(model).eval()
    answers = torch.cat([copied(images).argmax(1) == labels for images, labels in loader])
    return answers.float().mean().item()


# %% right: a tensor without dimensions
@torch.no_grad()
def accuracy(model, loader):
    mode = model.training
    model.eval()
    rights = torch.cat([model(images).argmax(1) == labels for images, labels in loader])
    model.train(mode)
    return rights.double().mean()


# %% wrong: the bug as given
# hint: The same weights give different answers in different batches
def accuracy(model, loader):
    return accuracy_with_a_bug(model, loader)


# %% wrong: forgets the mode
# hint: expected train mode afterwards, as before, got eval mode
def accuracy(model, loader):
    model.eval()
    return accuracy_with_a_bug(model, loader)


# %% wrong: a percentage
# hint: not a percentage
def accuracy(model, loader):
    model.eval()
    found = accuracy_with_a_bug(model, loader)
    model.train()
    return 100 * found


# %% wrong: always ends in train mode
# hint: expected eval mode afterwards, as before, got train mode
def accuracy(model, loader):
    model.eval()
    found = accuracy_with_a_bug(model, loader)
    model.train()
    return found


# %% wrong: prints
# hint: Nothing came back
def accuracy(model, loader):
    mode = model.training
    model.eval()
    right = 0
    with torch.inference_mode():
        for images, labels in loader:
            right += (model(images).argmax(1) == labels).sum().item()
    model.train(mode)
    print(right / len(loader.dataset))


# %% wrong: the count
# hint: This is the number of right answers
def accuracy(model, loader):
    mode = model.training
    model.eval()
    right = 0
    with torch.inference_mode():
        for images, labels in loader:
            right += (model(images).argmax(1) == labels).sum().item()
    model.train(mode)
    return right


# %% wrong: over the number of batches
# hint: it was divided by the number of batches
def accuracy(model, loader):
    mode = model.training
    model.eval()
    right = 0
    with torch.inference_mode():
        for images, labels in loader:
            right += (model(images).argmax(1) == labels).sum().item()
    model.train(mode)
    return right / len(loader)


# %% wrong: mean of batch means
# hint: it depends on how the pictures were cut
def accuracy(model, loader):
    mode = model.training
    model.eval()
    with torch.inference_mode():
        shares = [(model(images).argmax(1) == labels).float().mean().item() for images, labels in loader]
    model.train(mode)
    return sum(shares) / len(shares)


# %% wrong: return inside the loop
# hint: only the first batch was added up
def accuracy(model, loader):
    mode = model.training
    model.eval()
    right = 0
    with torch.inference_mode():
        for images, labels in loader:
            right += (model(images).argmax(1) == labels).sum().item()
            model.train(mode)
            return right / len(loader.dataset)


# %% wrong: a constant
# hint: A share is between 0 and 1
def accuracy(model, loader):
    return 2


# %% wrong: the share of wrong answers
# hint: This is not the number of right answers over
def accuracy(model, loader):
    mode = model.training
    model.eval()
    right = 0
    with torch.inference_mode():
        for images, labels in loader:
            right += (model(images).argmax(1) == labels).sum().item()
    model.train(mode)
    return 1 - right / len(loader.dataset)
