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
    cheaper, expensive = sorted(models, key=costs.get)
    ahead = first if lead > 0 else second
    return {
        "accuracies": {name: result.accuracy for name, result in found.items()},
        "difference": gaps.mean(),
        "error": gaps.std() / len(gaps) ** 0.5,
        "choice": ahead if lead.abs() > 2 else cheaper,
    }


# %% wrong: one transform for both
# hint: Perhaps a network got the other's transform
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
# hint: A network answers in train mode
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
# hint: This is the spread of the differences
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
# hint: it does not pay for the more expensive network
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


# %% wrong: always the cheaper one
# hint: by more than two standard errors, so it is worth it
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


# %% wrong: only the first can be ahead
# hint: What does your code do with a negative difference?
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        with torch.inference_mode():
            right[name] = (model.eval()(images).argmax(1) == labels).double()
    (first, one), (second, two) = right.items()
    gaps, accuracies = one - two, {name: row.mean().item() for name, row in right.items()}
    difference, error = gaps.mean().item(), gaps.std().item() / len(gaps) ** 0.5
    cheaper = min(costs, key=costs.get)
    choice = first if difference > 2 * error else cheaper
    return {"accuracies": accuracies, "difference": difference, "error": error, "choice": choice}


# %% wrong: the first wherever it is clear
# hint: Here the second is clearly ahead
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        with torch.inference_mode():
            right[name] = (model.eval()(images).argmax(1) == labels).double()
    (first, one), (second, two) = right.items()
    gaps, accuracies = one - two, {name: row.mean().item() for name, row in right.items()}
    difference, error = gaps.mean().item(), gaps.std().item() / len(gaps) ** 0.5
    cheaper = min(costs, key=costs.get)
    choice = first if abs(difference) > 2 * error else cheaper
    return {"accuracies": accuracies, "difference": difference, "error": error, "choice": choice}


# %% wrong: decides at one standard error
# hint: Do you decide at one?
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        with torch.inference_mode():
            right[name] = (model.eval()(images).argmax(1) == labels).double()
    (first, one), (second, two) = right.items()
    gaps, accuracies = one - two, {name: row.mean().item() for name, row in right.items()}
    difference, error = gaps.mean().item(), gaps.std().item() / len(gaps) ** 0.5
    better, cheaper = max(accuracies, key=accuracies.get), min(costs, key=costs.get)
    choice = better if abs(difference) > error else cheaper
    return {"accuracies": accuracies, "difference": difference, "error": error, "choice": choice}


# %% wrong: takes the more expensive one where it is clear
# hint: The more accurate network is the cheaper one here
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        with torch.inference_mode():
            right[name] = (model.eval()(images).argmax(1) == labels).double()
    (first, one), (second, two) = right.items()
    gaps, accuracies = one - two, {name: row.mean().item() for name, row in right.items()}
    difference, error = gaps.mean().item(), gaps.std().item() / len(gaps) ** 0.5
    cheaper = min(costs, key=costs.get)
    choice = max(costs, key=costs.get) if abs(difference) > 2 * error else cheaper
    return {"accuracies": accuracies, "difference": difference, "error": error, "choice": choice}


# %% wrong: divides by N
# hint: Divide by the root of N, not by N
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        with torch.inference_mode():
            right[name] = (model.eval()(images).argmax(1) == labels).double()
    (first, one), (second, two) = right.items()
    gaps, accuracies = one - two, {name: row.mean().item() for name, row in right.items()}
    difference, error = gaps.mean().item(), gaps.std().item() / len(gaps) ** 0.5
    better, cheaper = max(accuracies, key=accuracies.get), min(costs, key=costs.get)
    choice = better if abs(difference) > 2 * error else cheaper
    error = gaps.std().item() / len(gaps)
    return {"accuracies": accuracies, "difference": difference, "error": error, "choice": choice}


# %% wrong: adds two standard errors
# hint: These are the errors of two accuracies, added
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        with torch.inference_mode():
            right[name] = (model.eval()(images).argmax(1) == labels).double()
    (first, one), (second, two) = right.items()
    gaps, accuracies = one - two, {name: row.mean().item() for name, row in right.items()}
    difference, error = gaps.mean().item(), gaps.std().item() / len(gaps) ** 0.5
    better, cheaper = max(accuracies, key=accuracies.get), min(costs, key=costs.get)
    choice = better if abs(difference) > 2 * error else cheaper
    error = (one.std() + two.std()).item() / len(one) ** 0.5
    return {"accuracies": accuracies, "difference": difference, "error": error, "choice": choice}


# %% wrong: the variance by N
# hint: This is the square of the standard error
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        with torch.inference_mode():
            right[name] = (model.eval()(images).argmax(1) == labels).double()
    (first, one), (second, two) = right.items()
    gaps, accuracies = one - two, {name: row.mean().item() for name, row in right.items()}
    difference, error = gaps.mean().item(), gaps.std().item() / len(gaps) ** 0.5
    better, cheaper = max(accuracies, key=accuracies.get), min(costs, key=costs.get)
    choice = better if abs(difference) > 2 * error else cheaper
    error = gaps.var().item() / len(gaps)
    return {"accuracies": accuracies, "difference": difference, "error": error, "choice": choice}


# %% wrong: rounds
# hint: Do not round
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        with torch.inference_mode():
            right[name] = (model.eval()(images).argmax(1) == labels).double()
    (first, one), (second, two) = right.items()
    gaps, accuracies = one - two, {name: row.mean().item() for name, row in right.items()}
    difference, error = gaps.mean().item(), gaps.std().item() / len(gaps) ** 0.5
    better, cheaper = max(accuracies, key=accuracies.get), min(costs, key=costs.get)
    choice = better if abs(difference) > 2 * error else cheaper
    difference, error = round(difference, 3), round(error, 3)
    return {"accuracies": accuracies, "difference": difference, "error": error, "choice": choice}


# %% wrong: a difference without sign
# hint: Is the sign lost?
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        with torch.inference_mode():
            right[name] = (model.eval()(images).argmax(1) == labels).double()
    (first, one), (second, two) = right.items()
    gaps, accuracies = one - two, {name: row.mean().item() for name, row in right.items()}
    difference, error = gaps.mean().item(), gaps.std().item() / len(gaps) ** 0.5
    better, cheaper = max(accuracies, key=accuracies.get), min(costs, key=costs.get)
    choice = better if abs(difference) > 2 * error else cheaper
    difference = abs(difference)
    return {"accuracies": accuracies, "difference": difference, "error": error, "choice": choice}


# %% wrong: the second less the first
# hint: the first network's accuracy less the second's
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        with torch.inference_mode():
            right[name] = (model.eval()(images).argmax(1) == labels).double()
    (first, one), (second, two) = right.items()
    gaps, accuracies = one - two, {name: row.mean().item() for name, row in right.items()}
    difference, error = gaps.mean().item(), gaps.std().item() / len(gaps) ** 0.5
    better, cheaper = max(accuracies, key=accuracies.get), min(costs, key=costs.get)
    choice = better if abs(difference) > 2 * error else cheaper
    difference = -difference
    return {"accuracies": accuracies, "difference": difference, "error": error, "choice": choice}


# %% wrong: numbers of right answers
# hint: divide by the number of pictures
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        with torch.inference_mode():
            right[name] = (model.eval()(images).argmax(1) == labels).double()
    (first, one), (second, two) = right.items()
    gaps, accuracies = one - two, {name: row.mean().item() for name, row in right.items()}
    difference, error = gaps.mean().item(), gaps.std().item() / len(gaps) ** 0.5
    better, cheaper = max(accuracies, key=accuracies.get), min(costs, key=costs.get)
    choice = better if abs(difference) > 2 * error else cheaper
    accuracies = {name: row.sum().item() for name, row in right.items()}
    return {"accuracies": accuracies, "difference": difference, "error": error, "choice": choice}


# %% wrong: prints and returns nothing
# hint: but does not return them
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        with torch.inference_mode():
            right[name] = (model.eval()(images).argmax(1) == labels).double()
    (first, one), (second, two) = right.items()
    gaps, accuracies = one - two, {name: row.mean().item() for name, row in right.items()}
    difference, error = gaps.mean().item(), gaps.std().item() / len(gaps) ** 0.5
    better, cheaper = max(accuracies, key=accuracies.get), min(costs, key=costs.get)
    choice = better if abs(difference) > 2 * error else cheaper
    report = {"accuracies": accuracies, "difference": difference, "error": error, "choice": choice}
    print(report["choice"], end=" ")


# %% wrong: forgets the error
# hint: expected the key 'error'
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        with torch.inference_mode():
            right[name] = (model.eval()(images).argmax(1) == labels).double()
    (first, one), (second, two) = right.items()
    gaps, accuracies = one - two, {name: row.mean().item() for name, row in right.items()}
    difference, error = gaps.mean().item(), gaps.std().item() / len(gaps) ** 0.5
    better, cheaper = max(accuracies, key=accuracies.get), min(costs, key=costs.get)
    choice = better if abs(difference) > 2 * error else cheaper
    return {"accuracies": accuracies, "difference": difference, "choice": choice}


# %% wrong: a tuple
# hint: expected a dictionary, got [
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        with torch.inference_mode():
            right[name] = (model.eval()(images).argmax(1) == labels).double()
    (first, one), (second, two) = right.items()
    gaps, accuracies = one - two, {name: row.mean().item() for name, row in right.items()}
    difference, error = gaps.mean().item(), gaps.std().item() / len(gaps) ** 0.5
    better, cheaper = max(accuracies, key=accuracies.get), min(costs, key=costs.get)
    choice = better if abs(difference) > 2 * error else cheaper
    return accuracies, difference, error, choice


# %% wrong: only the first network in eval mode
# hint: in eval mode, got train mode
def compare(models, transforms, costs, pictures):
    labels, right = torch.tensor([label for _, label in pictures]), {}
    next(iter(models.values())).eval()
    for name, model in models.items():
        images = torch.stack([transforms[name](picture) for picture, _ in pictures])
        with torch.inference_mode():
            right[name] = (model(images).argmax(1) == labels).double()
    one, two = right.values()
    return {"accuracies": 0, "difference": (one - two).mean().item(), "error": 0, "choice": min(costs)}
