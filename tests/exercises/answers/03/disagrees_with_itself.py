# %% right: both models on each batch
def differences(model, other, dataset):
    model.eval(), other.eval()
    gaps = []
    with torch.no_grad():
        for images, labels in DataLoader(dataset, batch_size=50, shuffle=False):
            one, two = model(images).argmax(1) == labels, other(images).argmax(1) == labels
            gaps.append(one.float() - two.float())
    return torch.cat(gaps)


# %% right: the course's evaluate
def differences(model, other, dataset):
    first, second = tl.evaluate(model, dataset), tl.evaluate(other, dataset)
    labels = torch.tensor([int(label) for _, label in dataset])
    return (first.predictions == labels).long() - (second.predictions == labels).long()


# %% right: one picture after the other, as a list
def differences(model, other, dataset):
    model.eval()
    other.eval()
    gaps = []
    for image, label in dataset:
        right = [int(each(image[None]).argmax() == label) for each in (model, other)]
        gaps.append(right[0] - right[1])
    return gaps


# %% right: the given function, told not to shuffle
def differences(model, other, dataset):
    right = []
    for each in (model, other):
        each.eval()
        with torch.inference_mode():
            batches = batches_of(dataset, batch_size=7, shuffle=False)
            found = [each(images).argmax(1) == labels for images, labels in batches]
        right.append(torch.cat(found).int())
    return right[0] - right[1]


# %% wrong: the bug as given
# hint: A model differs from itself
def differences(model, other, dataset):
    return differences_with_a_bug(model, other, dataset)


# %% wrong: one pass for both, still shuffled
# hint: The numbers are right, but number i
def differences(model, other, dataset):
    model.eval(), other.eval()
    gaps = []
    with torch.no_grad():
        for images, labels in DataLoader(dataset, batch_size=32, shuffle=True):
            one, two = model(images).argmax(1) == labels, other(images).argmax(1) == labels
            gaps.append(one.int() - two.int())
    return torch.cat(gaps)


# %% wrong: where the two agree
# hint: Does this tell where the two give the same class
def differences(model, other, dataset):
    found = []
    for each in (model, other):
        each.eval()
        with torch.inference_mode():
            found.append(torch.cat([each(images).argmax(1) for images, _ in DataLoader(dataset, 32)]))
    return (found[0] == found[1]).int()


# %% wrong: the mean alone
# hint: Return one number for each picture
def differences(model, other, dataset):
    return differences_with_a_bug(model, other, dataset).double().mean().item()


# %% wrong: the second less the first
# hint: The sign is turned round
def differences(model, other, dataset):
    right = []
    for each in (model, other):
        each.eval()
        with torch.inference_mode():
            found = [each(images).argmax(1) == labels for images, labels in DataLoader(dataset, 32)]
        right.append(torch.cat(found).int())
    return right[1] - right[0]


# %% wrong: who is right is not asked, only whether it differs
# hint: The sign is lost
def differences(model, other, dataset):
    right = []
    for each in (model, other):
        each.eval()
        with torch.inference_mode():
            found = [each(images).argmax(1) == labels for images, labels in DataLoader(dataset, 32)]
        right.append(torch.cat(found))
    return (right[0] != right[1]).int()


# %% wrong: the difference of two class numbers
# hint: What do you subtract?
def differences(model, other, dataset):
    found = []
    for each in (model, other):
        each.eval()
        with torch.inference_mode():
            found.append(torch.cat([each(images).argmax(1) for images, _ in DataLoader(dataset, 32)]))
    return found[0] - found[1]


# %% wrong: the models as they come
# hint: A model answers in train mode
def differences(model, other, dataset):
    right = []
    for each in (model, other):
        with torch.inference_mode():
            found = [each(images).argmax(1) == labels for images, labels in DataLoader(dataset, 32)]
        right.append(torch.cat(found).int())
    return right[0] - right[1]


# %% wrong: the last batch is dropped
# hint: Is the last batch dropped
def differences(model, other, dataset):
    right = []
    for each in (model, other):
        each.eval()
        loader = DataLoader(dataset, batch_size=32, drop_last=True)
        with torch.inference_mode():
            found = [each(images).argmax(1) == labels for images, labels in loader]
        right.append(torch.cat(found).int())
    return right[0] - right[1]


# %% wrong: a column
# hint: There is one dimension too many
def differences(model, other, dataset):
    right = []
    for each in (model, other):
        each.eval()
        with torch.inference_mode():
            found = [each(images).argmax(1) == labels for images, labels in DataLoader(dataset, 32)]
        right.append(torch.cat(found).int())
    return (right[0] - right[1])[:, None]
