# %% right: worked out by hand
PREDICTIONS = {
    "slower": 32,
    "training": 3,
    "sizes": ["head", "shallow", "partial", "full"],
    "remembers": ["partial", "by stage", "one rate"],
}

# %% right: floats, and another guess
PREDICTIONS = {
    "slower": 1e-3 / (1e-3 * 0.5**5),
    "training": 3.0,
    "sizes": ["head", "shallow", "partial", "full"],
    "remembers": ["one rate", "by stage", "partial"],
}

# %% wrong: counts the stages, not the steps
# hint: Count the steps from the head down
PREDICTIONS = {
    "slower": 64,
    "training": 3,
    "sizes": ["head", "shallow", "partial", "full"],
    "remembers": ["one rate", "by stage", "partial"],
}

# %% wrong: adds where the rates multiply
# hint: The halves multiply
PREDICTIONS = {
    "slower": 10,
    "training": 3,
    "sizes": ["head", "shallow", "partial", "full"],
    "remembers": ["one rate", "by stage", "partial"],
}

# %% wrong: the rate itself
# hint: so perhaps the rate itself
PREDICTIONS = {
    "slower": 3.125e-5,
    "training": 3,
    "sizes": ["head", "shallow", "partial", "full"],
    "remembers": ["one rate", "by stage", "partial"],
}

# %% wrong: forgets the head
# hint: The head trains from the first epoch on
PREDICTIONS = {
    "slower": 32,
    "training": 2,
    "sizes": ["head", "shallow", "partial", "full"],
    "remembers": ["partial", "by stage", "one rate"],
}

# %% wrong: counts stages instead of numbers
# hint: Count numbers, not stages
PREDICTIONS = {
    "slower": 32,
    "training": 3,
    "sizes": ["head", "partial", "shallow", "full"],
    "remembers": ["partial", "by stage", "one rate"],
}
