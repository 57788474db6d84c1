# %% right: sums over batches
def evaluate(model, loader):
    mode = model.training
    model.eval()
    loss, seen, confusion = 0.0, 0, None
    with torch.no_grad():
        for images, labels in loader:
            logits = model(images)
            if confusion is None:
                confusion = torch.zeros(logits.shape[1], logits.shape[1], dtype=torch.long)
            loss += F.cross_entropy(logits, labels, reduction="sum").item()
            for true, answer in zip(labels, logits.argmax(1)):
                confusion[true, answer] += 1
            seen += len(labels)
    model.train(mode)
    return {"loss": loss / seen, "accuracy": confusion.trace().item() / seen, "confusion": confusion}


# %% right: a copy of the model, and scikit-learn's table
@torch.inference_mode()
def evaluate(model, loader):
    from sklearn.metrics import confusion_matrix

    judge = copy.deepcopy(model).eval()
    pairs = [(judge(images), labels) for images, labels in loader]
    logits, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    predicted = logits.argmax(1)
    return {
        "confusion": torch.from_numpy(confusion_matrix(labels, predicted, labels=range(logits.shape[1]))),
        "accuracy": (predicted == labels).float().mean(),
        "loss": F.cross_entropy(logits, labels),
    }


# %% wrong: stays in train mode
# hint: In train mode a picture's answer depends on its batch
@torch.inference_mode()
def evaluate(model, loader):
    pairs = [(model(images), labels) for images, labels in loader]
    logits, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    predicted, k = logits.argmax(1), logits.shape[1]
    confusion = torch.bincount(labels * k + predicted, minlength=k * k).reshape(k, k)
    accuracy = (predicted == labels).float().mean()
    return {"loss": F.cross_entropy(logits, labels), "accuracy": accuracy, "confusion": confusion}


# %% wrong: leaves the model in eval mode
# hint: Put the model back into the mode that it came in
@torch.inference_mode()
def evaluate(model, loader):
    model.eval()
    pairs = [(model(images), labels) for images, labels in loader]
    logits, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    predicted, k = logits.argmax(1), logits.shape[1]
    confusion = torch.bincount(labels * k + predicted, minlength=k * k).reshape(k, k)
    accuracy = (predicted == labels).float().mean()
    return {"loss": F.cross_entropy(logits, labels), "accuracy": accuracy, "confusion": confusion}


# %% wrong: always ends in train mode
# hint: a model that came in eval mode to leave in it, got train mode
@torch.inference_mode()
def evaluate(model, loader):
    model.eval()
    pairs = [(model(images), labels) for images, labels in loader]
    model.train()
    logits, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    predicted, k = logits.argmax(1), logits.shape[1]
    confusion = torch.bincount(labels * k + predicted, minlength=k * k).reshape(k, k)
    accuracy = (predicted == labels).float().mean()
    return {"loss": F.cross_entropy(logits, labels), "accuracy": accuracy, "confusion": confusion}


# %% wrong: mean of batch means
# hint: The loss is not the mean over all pictures: it depends on how
@torch.inference_mode()
def evaluate(model, loader):
    mode = model.training
    model.eval()
    losses, right, confusion = [], 0, torch.zeros(9, 9)
    for images, labels in loader:
        logits = model(images)
        losses.append(F.cross_entropy(logits, labels).item())
        right += (logits.argmax(1) == labels).sum().item()
        for true, answer in zip(labels, logits.argmax(1)):
            confusion[true, answer] += 1
    model.train(mode)
    k = logits.shape[1]
    accuracy = right / len(loader.dataset)
    return {"loss": sum(losses) / len(losses), "accuracy": accuracy, "confusion": confusion[:k, :k]}


# %% wrong: columns are the true classes
# hint: The confusion is transposed
@torch.inference_mode()
def evaluate(model, loader):
    mode = model.training
    model.eval()
    pairs = [(model(images), labels) for images, labels in loader]
    model.train(mode)
    logits, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    predicted, k = logits.argmax(1), logits.shape[1]
    confusion = torch.bincount(predicted * k + labels, minlength=k * k).reshape(k, k)
    accuracy = (predicted == labels).float().mean()
    return {"loss": F.cross_entropy(logits, labels), "accuracy": accuracy, "confusion": confusion}


# %% wrong: a row only for each label that occurs
# hint: also for a class that never occurs
@torch.inference_mode()
def evaluate(model, loader):
    mode = model.training
    model.eval()
    pairs = [(model(images), labels) for images, labels in loader]
    model.train(mode)
    logits, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    predicted, k = logits.argmax(1), int(labels.max()) + 1
    inside = predicted < k
    confusion = torch.bincount(labels[inside] * k + predicted[inside], minlength=k * k).reshape(k, k)
    accuracy = (predicted == labels).float().mean()
    return {"loss": F.cross_entropy(logits, labels), "accuracy": accuracy, "confusion": confusion}


# %% wrong: keeps the graph
# hint: eval() does not switch autograd off
def evaluate(model, loader):
    mode = model.training
    model.eval()
    pairs = [(model(images), labels) for images, labels in loader]
    model.train(mode)
    logits, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    predicted, k = logits.argmax(1), logits.shape[1]
    confusion = torch.bincount(labels * k + predicted, minlength=k * k).reshape(k, k)
    accuracy = (predicted == labels).float().mean()
    return {"loss": F.cross_entropy(logits, labels).item(), "accuracy": accuracy, "confusion": confusion}


# %% wrong: probabilities into the cross-entropy
# hint: cross_entropy wants raw logits
@torch.inference_mode()
def evaluate(model, loader):
    mode = model.training
    model.eval()
    pairs = [(model(images).softmax(1), labels) for images, labels in loader]
    model.train(mode)
    logits, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    predicted, k = logits.argmax(1), logits.shape[1]
    confusion = torch.bincount(labels * k + predicted, minlength=k * k).reshape(k, k)
    accuracy = (predicted == labels).float().mean()
    return {"loss": F.cross_entropy(logits, labels), "accuracy": accuracy, "confusion": confusion}


# %% wrong: the confusion as an array
# hint: Return the confusion as a tensor
@torch.inference_mode()
def evaluate(model, loader):
    mode = model.training
    model.eval()
    pairs = [(model(images), labels) for images, labels in loader]
    model.train(mode)
    logits, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    predicted, k = logits.argmax(1), logits.shape[1]
    confusion = torch.bincount(labels * k + predicted, minlength=k * k).reshape(k, k)
    accuracy = (predicted == labels).float().mean()
    return {"loss": F.cross_entropy(logits, labels), "accuracy": accuracy, "confusion": confusion.numpy()}


# %% wrong: the confusion as a list
# hint: expected a tensor, got [
@torch.inference_mode()
def evaluate(model, loader):
    mode = model.training
    model.eval()
    pairs = [(model(images), labels) for images, labels in loader]
    model.train(mode)
    logits, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    predicted, k = logits.argmax(1), logits.shape[1]
    confusion = torch.bincount(labels * k + predicted, minlength=k * k).reshape(k, k)
    accuracy = (predicted == labels).float().mean()
    return {"loss": F.cross_entropy(logits, labels), "accuracy": accuracy, "confusion": confusion.tolist()}


# %% wrong: shares of the row
# hint: These are no counts
@torch.inference_mode()
def evaluate(model, loader):
    mode = model.training
    model.eval()
    pairs = [(model(images), labels) for images, labels in loader]
    model.train(mode)
    logits, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    predicted, k = logits.argmax(1), logits.shape[1]
    confusion = torch.bincount(labels * k + predicted, minlength=k * k).reshape(k, k)
    accuracy = (predicted == labels).float().mean()
    return {
        "loss": F.cross_entropy(logits, labels),
        "accuracy": accuracy,
        "confusion": confusion / confusion.sum(1, keepdim=True),
    }


# %% wrong: a table too small for the answers
# hint: Does your table have a row and a column for every logit
@torch.inference_mode()
def evaluate(model, loader):
    mode = model.training
    model.eval()
    pairs = [(model(images), labels) for images, labels in loader]
    model.train(mode)
    logits, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    predicted, k = logits.argmax(1), int(labels.max()) + 1
    confusion = torch.zeros(k, k)
    for true, answer in zip(labels, predicted):
        confusion[true, answer] += 1
    accuracy = (predicted == labels).float().mean()
    return {"loss": F.cross_entropy(logits, labels), "accuracy": accuracy, "confusion": confusion}
