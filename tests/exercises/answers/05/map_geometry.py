# %% right: worked out by hand
PREDICTIONS = {"squares": 49, "highest": 0, "chance": 0.25, "passes": 512}
PREDICTIONS["closest"] = ["mirrored", "other picture", "other class"]

# %% right: floats, the pass for the maps counted too, another guess
PREDICTIONS = {"squares": 49.0, "highest": 0.0, "chance": 1 / 4, "passes": 513}
PREDICTIONS["closest"] = ["other class", "mirrored", "other picture"]

# %% wrong: one side for the whole map
# hint: A map has rows and columns
PREDICTIONS = {"squares": 7, "highest": 0, "chance": 0.25, "passes": 512}
PREDICTIONS["closest"] = ["mirrored", "other picture", "other class"]

# %% wrong: believes that scaling always makes the highest pixel 1
# hint: Nothing is left here that it could make 1
PREDICTIONS = {"squares": 49, "highest": 1, "chance": 0.25, "passes": 512}
PREDICTIONS["closest"] = ["mirrored", "other picture", "other class"]

# %% wrong: hit or miss, so a half
# hint: not two equally likely ones
PREDICTIONS = {"squares": 49, "highest": 0, "chance": 0.5, "passes": 512}
PREDICTIONS["closest"] = ["mirrored", "other picture", "other class"]

# %% wrong: forward and backward, as for Grad-CAM
# hint: ScoreCAM takes no gradient
PREDICTIONS = {"squares": 49, "highest": 0, "chance": 0.25, "passes": 2}
PREDICTIONS["closest"] = ["mirrored", "other picture", "other class"]

# %% wrong: one name twice
# hint: a list with each of
PREDICTIONS = {"squares": 49, "highest": 0, "chance": 0.25, "passes": 512}
PREDICTIONS["closest"] = ["mirrored", "mirrored", "other class"]


# %% wrong: every unit's squares
# hint: They are added into one map
PREDICTIONS = {"squares": 7 * 7 * 512, "highest": 0, "chance": 0.25, "passes": 512}
PREDICTIONS["closest"] = ["mirrored", "other picture", "other class"]

# %% wrong: two passes too many
# hint: The picture is seen through each map
PREDICTIONS = {"squares": 49, "highest": 0, "chance": 0.25, "passes": 514}
PREDICTIONS["closest"] = ["mirrored", "other picture", "other class"]
