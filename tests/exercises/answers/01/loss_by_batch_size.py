# %% right: batch sums
def measure(model, loader):
    losses, rights = [], []
    with torch.no_grad():
        for images, labels in loader:
            logits = model(images)
            losses.append(F.cross_entropy(logits, labels, reduction="sum"))
            rights.append((logits.argmax(1) == labels).sum())
    seen = len(loader.dataset)
    return sum(losses) / seen, sum(rights) / seen


# %% right: all logits first
def measure(model, loader):
    with torch.inference_mode():
        pairs = [(model(images), labels) for images, labels in loader]
    logits, labels = (torch.cat(parts) for parts in zip(*pairs))
    return [F.cross_entropy(logits, labels).item(), (logits.argmax(1) == labels).float().mean().item()]


# %% wrong: the bug as given
# hint: Loss: it depends on how the pictures were cut
def measure(model, loader):
    return measure_with_a_bug(model, loader)


# %% wrong: repairs the loss alone
# hint: Accuracy: it depends on how the pictures were cut
def measure(model, loader):
    loss_sum, accuracy_sum, seen = 0.0, 0.0, 0
    with torch.inference_mode():
        for images, labels in loader:
            logits = model(images)
            loss_sum += F.cross_entropy(logits, labels).item() * len(labels)
            accuracy_sum += (logits.argmax(1) == labels).float().mean().item()
            seen += len(labels)
    return loss_sum / seen, accuracy_sum / len(loader)


# %% wrong: divides the batch means by the pictures
# hint: batch means were added up and divided by the number of pictures
def measure(model, loader):
    loss_sum, right = 0.0, 0
    with torch.inference_mode():
        for images, labels in loader:
            logits = model(images)
            loss_sum += F.cross_entropy(logits, labels).item()
            right += (logits.argmax(1) == labels).sum().item()
    return loss_sum / len(loader.dataset), right / len(loader.dataset)


# %% wrong: takes every batch for a full one
# hint: the last batch counts as if it were full
def measure(model, loader):
    loss_sum, right = 0.0, 0
    with torch.inference_mode():
        for images, labels in loader:
            logits = model(images)
            loss_sum += F.cross_entropy(logits, labels).item() * loader.batch_size
            right += (logits.argmax(1) == labels).sum().item()
    return loss_sum / len(loader.dataset), right / len(loader.dataset)


# %% wrong: drops the last batch
# hint: the last batch is left out
def measure(model, loader):
    return measure_with_a_bug(model, DataLoader(loader.dataset, loader.batch_size, drop_last=True))


# %% wrong: a percentage
# hint: not a percentage
def measure(model, loader):
    loss, accuracy = measure_with_a_bug(model, DataLoader(loader.dataset, len(loader.dataset)))
    return loss, 100 * accuracy


# %% wrong: a sum
# hint: this is the sum over the pictures
def measure(model, loader):
    loss_sum, right = 0.0, 0
    with torch.inference_mode():
        for images, labels in loader:
            logits = model(images)
            loss_sum += F.cross_entropy(logits, labels).item() * len(labels)
            right += (logits.argmax(1) == labels).sum().item()
    return loss_sum, right


# %% wrong: ends in train mode
# hint: expected eval mode afterwards, got train mode
def measure(model, loader):
    model.eval()
    loss, right, seen = 0.0, 0, 0
    with torch.inference_mode():
        for images, labels in loader:
            logits = model(images)
            loss += F.cross_entropy(logits, labels, reduction="sum").item()
            right += (logits.argmax(1) == labels).sum().item()
            seen += len(labels)
    model.train()
    return loss / seen, right / seen


# %% wrong: measures in train mode
# hint: expected eval mode in the forward pass, got train mode
def measure(model, loader):
    model.train()
    loss, right, seen = 0.0, 0, 0
    with torch.inference_mode():
        for images, labels in loader:
            logits = model(images)
            loss += F.cross_entropy(logits, labels, reduction="sum").item()
            right += (logits.argmax(1) == labels).sum().item()
            seen += len(labels)
    model.eval()
    return loss / seen, right / seen


# %% wrong: softmax before the loss
# hint: Loss: cross_entropy wants raw logits
def measure(model, loader):
    loss, right, seen = 0.0, 0, 0
    with torch.inference_mode():
        for images, labels in loader:
            logits = model(images)
            loss += F.cross_entropy(logits.softmax(1), labels, reduction="sum").item()
            right += (logits.argmax(1) == labels).sum().item()
            seen += len(labels)
    return loss / seen, right / seen
