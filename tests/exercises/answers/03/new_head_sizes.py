# %% right: worked out by hand
PREDICTIONS = {
    "head": 6156, "outputs": 1000, "patches_224": 196, "patches_64": 64,
    "dense": 37.75, "times": 64, "faster": 64,
}  # fmt: skip

# %% right: floats, and a modest guess
PREDICTIONS = {
    "head": 6156.0, "outputs": 1000, "patches_224": 14 * 14, "patches_64": 8.0 * 8,
    "dense": 37.7, "times": 64.0, "faster": 1.5,
}  # fmt: skip

# %% wrong: no bias
# hint: You have the weights
PREDICTIONS = {
    "head": 6144, "outputs": 1000, "patches_224": 196, "patches_64": 64,
    "dense": 37.75, "times": 64, "faster": 20,
}  # fmt: skip

# %% wrong: other weights at each place
# hint: the same weights at every place
PREDICTIONS = {
    "head": 512 * 12 * 169 + 12, "outputs": 1000, "patches_224": 196, "patches_64": 64,
    "dense": 37.75, "times": 64, "faster": 20,
}  # fmt: skip

# %% wrong: believes that fc is the head of every network
# hint: Does its forward pass call the new one?
PREDICTIONS = {
    "head": 6156, "outputs": 12, "patches_224": 196, "patches_64": 64,
    "dense": 37.75, "times": 64, "faster": 20,
}  # fmt: skip

# %% wrong: counts the class token
# hint: it is no patch of the picture
PREDICTIONS = {
    "head": 6156, "outputs": 1000, "patches_224": 197, "patches_64": 64,
    "dense": 37.75, "times": 64, "faster": 20,
}  # fmt: skip

# %% wrong: operations instead of multiply-adds
# hint: a product and its sum together
PREDICTIONS = {
    "head": 6156, "outputs": 1000, "patches_224": 196, "patches_64": 64,
    "dense": 75.5, "times": 64, "faster": 20,
}  # fmt: skip

# %% wrong: the size of the kernel as the saving
# hint: Both have a 3 x 3 kernel
PREDICTIONS = {
    "head": 6156, "outputs": 1000, "patches_224": 196, "patches_64": 64,
    "dense": 37.75, "times": 9, "faster": 20,
}  # fmt: skip
