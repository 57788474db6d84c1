# %% right: picture by picture, in plain Python
def compare(models, transforms, costs, pictures):
    right = {}
    for name in models:
        models[name].eval()
        right[name] = []
        for picture, label in pictures:
            with torch.no_grad():
                said = models[name](transforms[name](picture).unsqueeze(0)).argmax().item()
            right[name].append(int(said == label))
    one, two = right.values()
    n = len(one)
    gaps = [a - b for a, b in zip(one, two)]
    mean = sum(gaps) / n
    error = (sum((gap - mean) ** 2 for gap in gaps) / n / n) ** 0.5
    names = list(models)
    if mean > 2 * error:
        choice = names[0]
    elif mean < -2 * error:
        choice = names[1]
    else:
        choice = min(names, key=lambda name: costs[name])
    accuracies = {name: sum(row) / n for name, row in right.items()}
    return {"choice": choice, "difference": mean, "error": error, "accuracies": accuracies}


# %% right: the course's evaluate, and tensors as numbers
def compare(models, transforms, costs, pictures):
    first, second = models
    found = {
        name: tl.evaluate(models[name], [(transforms[name](picture), label) for picture, label in pictures])
        for name in models
    }
    right = {name: (result.predictions == result.targets).double() for name, result in found.items()}
    gaps = right[first] - right[second]
    lead = gaps.mean() / (gaps.std() / len(gaps) ** 0.5)
    cheaper, dearer = sorted(models, key=costs.get)
    ahead = first if lead > 0 else second
    return {
        "accuracies": {name: result.accuracy for name, result in found.items()},
        "difference": gaps.mean(),
        "error": gaps.std() / len(gaps) ** 0.5,
        "choice": ahead if lead.abs() > 2 else cheaper,
    }


# %% wrong: one transform for both
# hint: One network's transform served both
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    transform = next(iter(transforms.values()))
    images = torch.stack([transform(picture) for picture, _ in pictures])
    for name, model in models.items():
        with torch.inference_mode():
            right[name] = (model.eval()(images).argmax(1) == labels).double()
    one, two = right.values()
    gaps = one - two
    return {
        "accuracies": {name: row.mean().item() for name, row in right.items()},
        "difference": gaps.mean().item(), "error": gaps.std().item() / len(gaps) ** 0.5, "choice": min(costs),
    }  # fmt: skip


# %% wrong: the models as they come
# hint: in eval mode, and is each picture counted once
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        right[name] = (model(images).argmax(1) == labels).double()
    one, two = right.values()
    gaps = one - two
    return {
        "accuracies": {name: row.mean().item() for name, row in right.items()},
        "difference": gaps.mean().item(), "error": gaps.std().item() / len(gaps) ** 0.5, "choice": min(costs),
    }  # fmt: skip


# %% wrong: percentages
# hint: not percentages
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        right[name] = 100 * (model.eval()(images).argmax(1) == labels).double()
    one, two = right.values()
    gaps = one - two
    return {
        "accuracies": {name: row.mean().item() for name, row in right.items()},
        "difference": gaps.mean().item(), "error": gaps.std().item() / len(gaps) ** 0.5, "choice": min(costs),
    }  # fmt: skip


# %% wrong: adds the errors of two accuracies
# hint: as if each network had pictures of its own
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        right[name] = (model.eval()(images).argmax(1) == labels).double()
    accuracies = {name: row.mean().item() for name, row in right.items()}
    one, two = accuracies.values()
    error = ((one * (1 - one) + two * (1 - two)) / len(labels)) ** 0.5
    cheaper, better = min(costs, key=costs.get), max(accuracies, key=accuracies.get)
    choice = better if abs(one - two) > 2 * error else cheaper
    return {"accuracies": accuracies, "difference": one - two, "error": error, "choice": choice}


# %% wrong: the spread without the root of N
# hint: This is the spread of the pictures
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        right[name] = (model.eval()(images).argmax(1) == labels).double()
    one, two = right.values()
    difference, error = (one - two).mean().item(), (one - two).std().item()
    accuracies = {name: row.mean().item() for name, row in right.items()}
    better, cheaper = max(accuracies, key=accuracies.get), min(costs, key=costs.get)
    choice = better if abs(difference) > 2 * error else cheaper
    return {"accuracies": accuracies, "difference": difference, "error": error, "choice": choice}


# %% wrong: always the more accurate one
# hint: so it does not pay for the dearer network
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        right[name] = (model.eval()(images).argmax(1) == labels).double()
    one, two = right.values()
    gaps, accuracies = one - two, {name: row.mean().item() for name, row in right.items()}
    return {
        "accuracies": accuracies, "difference": gaps.mean().item(),
        "error": gaps.std().item() / len(gaps) ** 0.5, "choice": max(accuracies, key=accuracies.get),
    }  # fmt: skip


# %% wrong: only the first can be ahead
# hint: the cheaper does not do
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        right[name] = (model.eval()(images).argmax(1) == labels).double()
    one, two = right.values()
    gaps, accuracies = one - two, {name: row.mean().item() for name, row in right.items()}
    return {
        "accuracies": accuracies, "difference": gaps.mean().item(),
        "error": gaps.std().item() / len(gaps) ** 0.5, "choice": min(costs, key=costs.get),
    }  # fmt: skip
