# %% right: map by map
def pointing_game(maps, masks):
    shares = []
    for one, mask in zip(maps, masks):
        inside = mask[one == one.max()]
        shares.append(inside.mean())
    return sum(shares) / len(shares)


# %% right: with torch, as a tensor of no dimension
def pointing_game(maps, masks):
    flat, inside = torch.as_tensor(maps).flatten(1), torch.as_tensor(masks).flatten(1)
    highest = (flat == flat.max(dim=1, keepdim=True).values).float()
    return ((highest * inside).sum(1) / highest.sum(1)).mean()


# %% right: the function of the course
def pointing_game(maps, masks):
    return explain.pointing_game(maps, masks).mean()


# %% wrong: one highest pixel for the whole batch
# hint: One highest pixel was taken of all maps
def pointing_game(maps, masks):
    highest = maps == maps.max()
    return (highest & masks).sum() / highest.sum()


# %% wrong: rows and columns swapped
# hint: Rows and columns are swapped
def pointing_game(maps, masks):
    hits = []
    for one, mask in zip(maps, masks):
        row, column = np.unravel_index(one.argmax(), one.shape)
        hits.append(mask[column, row])
    return np.mean(hits)


# %% wrong: the energy
# hint: That is the energy inside
def pointing_game(maps, masks):
    return ((maps * masks).sum((1, 2)) / (maps.sum((1, 2)) + 1e-12)).mean()


# %% wrong: the mean of what lies inside
# hint: That is the maps' mean inside
def pointing_game(maps, masks):
    return np.mean([one[mask].mean() for one, mask in zip(maps, masks)])


# %% wrong: the first of several highest pixels
# hint: one stands for all
def pointing_game(maps, masks):
    flat, inside = maps.reshape(len(maps), -1), masks.reshape(len(maps), -1)
    return inside[np.arange(len(maps)), flat.argmax(1)].mean()


# %% wrong: one hit among several is a hit
# hint: counts in full
def pointing_game(maps, masks):
    return np.mean([mask[one == one.max()].any() for one, mask in zip(maps, masks)])


# %% wrong: the highest pixels of all maps in one mean
# hint: First each map's share, then the mean
def pointing_game(maps, masks):
    highest = maps == maps.max(axis=(1, 2), keepdims=True)
    return masks[highest].mean()


# %% wrong: no mean
# hint: Return one number
def pointing_game(maps, masks):
    highest = maps == maps.max(axis=(1, 2), keepdims=True)
    return (highest & masks).sum(axis=(1, 2)) / highest.sum(axis=(1, 2))


# %% wrong: how many hit
# hint: not how many hit
def pointing_game(maps, masks):
    return sum(mask[one == one.max()].mean() for one, mask in zip(maps, masks))


# %% wrong: rounded
# hint: The number is rounded
def pointing_game(maps, masks):
    highest = maps == maps.max(axis=(1, 2), keepdims=True)
    return round(float(((highest & masks).sum((1, 2)) / highest.sum((1, 2))).mean()), 2)


# %% wrong: changes the maps on the way
# hint: changes an array that it was given
def pointing_game(maps, masks):
    maps -= maps.max(axis=(1, 2), keepdims=True)
    highest = maps == 0
    return ((highest & masks).sum((1, 2)) / highest.sum((1, 2))).mean()


# %% wrong: prints the number
# hint: is a `return` missing
def pointing_game(maps, masks):
    highest = maps == maps.max(axis=(1, 2), keepdims=True)
    print(((highest & masks).sum((1, 2)) / highest.sum((1, 2))).mean())
