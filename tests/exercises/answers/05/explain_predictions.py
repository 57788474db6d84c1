# %% right: lists and loops, the target left to grad_cam
def find_suspects(model, images, masks, layer):
    maps = tl.grad_cam(model, images, layer=layer)
    said = model(images).argmax(1).tolist()
    hits, suspects = {}, set()
    for label in set(said):
        mine = [index for index, answer in enumerate(said) if answer == label]
        hits[label] = np.mean([explain.pointing_game(maps[index], masks[index]) for index in mine])
        if hits[label] < np.mean([masks[index].mean() for index in mine]):
            suspects.add(label)
    return hits, suspects


# %% right: the game by hand, in torch
def find_suspects(model, images, masks, layer):
    said = model(images).argmax(1)
    maps = torch.as_tensor(tl.grad_cam(model, images, said, layer)).flatten(1)
    inside = torch.as_tensor(masks).flatten(1)
    hit = inside.gather(1, maps.argmax(1, keepdim=True))[:, 0].float()
    groups = {int(label): said == label for label in said.unique()}
    hits = {label: hit[group].mean() for label, group in groups.items()}
    chance = {label: inside[group].float().mean() for label, group in groups.items()}
    return hits, [label for label in hits if hits[label] < chance[label]]


# %% wrong: maps of one class for all pictures
# hint: All maps were asked for class 0
def find_suspects(model, images, masks, layer):
    said = model(images).argmax(1).numpy()
    hit = explain.pointing_game(tl.grad_cam(model, images, 0, layer), masks)
    hits = {label: hit[said == label].mean() for label in np.unique(said).tolist()}
    return hits, [label for label in hits if hits[label] < masks[said == label].mean()]


# %% wrong: the default layer
# hint: hand `layer` on
def find_suspects(model, images, masks, layer):
    said = model(images).argmax(1).numpy()
    hit = explain.pointing_game(tl.grad_cam(model, images, said), masks)
    hits = {label: hit[said == label].mean() for label in np.unique(said).tolist()}
    return hits, [label for label in hits if hits[label] < masks[said == label].mean()]


# %% wrong: the energy inside
# hint: Here a map counts by its highest pixel
def find_suspects(model, images, masks, layer):
    said = model(images).argmax(1).numpy()
    hit = explain.energy_inside(tl.grad_cam(model, images, said, layer), masks)
    hits = {label: hit[said == label].mean() for label in np.unique(said).tolist()}
    return hits, [label for label in hits if hits[label] < masks[said == label].mean()]


# %% wrong: one chance for all classes
# hint: or the mask share of all pictures
def find_suspects(model, images, masks, layer):
    said = model(images).argmax(1).numpy()
    hit = explain.pointing_game(tl.grad_cam(model, images, said, layer), masks)
    hits = {label: hit[said == label].mean() for label in np.unique(said).tolist()}
    return hits, [label for label in hits if hits[label] < masks.mean()]


# %% wrong: the worst class, whatever chance is
# hint: One bound for all classes would give this
def find_suspects(model, images, masks, layer):
    said = model(images).argmax(1).numpy()
    hit = explain.pointing_game(tl.grad_cam(model, images, said, layer), masks)
    hits = {label: hit[said == label].mean() for label in np.unique(said).tolist()}
    return hits, [min(hits, key=hits.get)]


# %% wrong: the classes above chance
# hint: their maps find the animal
def find_suspects(model, images, masks, layer):
    said = model(images).argmax(1).numpy()
    hit = explain.pointing_game(tl.grad_cam(model, images, said, layer), masks)
    hits = {label: hit[said == label].mean() for label in np.unique(said).tolist()}
    return hits, [label for label in hits if hits[label] > masks[said == label].mean()]


# %% wrong: a zero for a class that is never given
# hint: leave it out
def find_suspects(model, images, masks, layer):
    scores = model(images)
    said = scores.argmax(1).numpy()
    hit = explain.pointing_game(tl.grad_cam(model, images, said, layer), masks)
    hits, suspects = {}, []
    for label in range(scores.shape[1]):
        mine = said == label
        hits[label] = hit[mine].mean() if mine.any() else 0.0
        if mine.any() and hits[label] < masks[mine].mean():
            suspects.append(label)
    return hits, suspects


# %% wrong: one share for all classes
# hint: Take one class at a time
def find_suspects(model, images, masks, layer):
    said = model(images).argmax(1).numpy()
    hit = explain.pointing_game(tl.grad_cam(model, images, said, layer), masks)
    hits = {label: hit.mean() for label in np.unique(said).tolist()}
    return hits, [label for label in hits if hits[label] < masks[said == label].mean()]


# %% wrong: chance as in guessing a class
# hint: perhaps 1 / number of classes
def find_suspects(model, images, masks, layer):
    said = model(images).argmax(1).numpy()
    hit = explain.pointing_game(tl.grad_cam(model, images, said, layer), masks)
    guess = 1 / model(images).shape[1]
    hits = {label: hit[said == label].mean() for label in np.unique(said).tolist()}
    return hits, [label for label in hits if hits[label] < guess]


# %% wrong: the mean of all hits as the bound
# hint: Each class has its own chance
def find_suspects(model, images, masks, layer):
    said = model(images).argmax(1).numpy()
    hit = explain.pointing_game(tl.grad_cam(model, images, said, layer), masks)
    hits = {label: hit[said == label].mean() for label in np.unique(said).tolist()}
    return hits, [label for label in hits if hits[label] < hit.mean()]


# %% wrong: class numbers as text in the dictionary
# hint: The keys of `hits`
def find_suspects(model, images, masks, layer):
    said = model(images).argmax(1).numpy()
    hit = explain.pointing_game(tl.grad_cam(model, images, said, layer), masks)
    hits = {label: hit[said == label].mean() for label in np.unique(said).tolist()}
    return {str(label): share for label, share in hits.items()}, [
        label for label in hits if hits[label] < masks[said == label].mean()
    ]


# %% wrong: class numbers as text in the list
# hint: as int
def find_suspects(model, images, masks, layer):
    said = model(images).argmax(1).numpy()
    hit = explain.pointing_game(tl.grad_cam(model, images, said, layer), masks)
    hits = {label: hit[said == label].mean() for label in np.unique(said).tolist()}
    return hits, [str(label) for label in hits if hits[label] < masks[said == label].mean()]


# %% wrong: prints in place of returning
# hint: is a `return` missing
def find_suspects(model, images, masks, layer):
    said = model(images).argmax(1).numpy()
    hit = explain.pointing_game(tl.grad_cam(model, images, said, layer), masks)
    hits = {label: hit[said == label].mean() for label in np.unique(said).tolist()}
    print(hits, [label for label in hits if hits[label] < masks[said == label].mean()])


# %% wrong: the shares alone
# hint: Return a pair
def find_suspects(model, images, masks, layer):
    said = model(images).argmax(1).numpy()
    hit = explain.pointing_game(tl.grad_cam(model, images, said, layer), masks)
    hits = {label: hit[said == label].mean() for label in np.unique(said).tolist()}
    return hits
