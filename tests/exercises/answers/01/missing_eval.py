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


# %% wrong: the bug as given
# hint: The same weights answer otherwise in other batches
def accuracy(model, loader):
    return accuracy_with_a_bug(model, loader)


# %% wrong: forgets the mode
# hint: Put the model back into the mode
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
