# %% right: worked out by hand
ANSWERS = {"squares": 49, "highest": 0, "chance": 0.25, "passes": 512}
ANSWERS["closest"] = ["mirrored", "other picture", "other class"]

# %% right: floats, the pass for the maps counted too, another guess
ANSWERS = {"squares": 49.0, "highest": 0.0, "chance": 1 / 4, "passes": 513}
ANSWERS["closest"] = ["other class", "mirrored", "other picture"]

# %% wrong: one side for the whole map
# hint: A map has rows and columns
ANSWERS = {"squares": 7, "highest": 0, "chance": 0.25, "passes": 512}
ANSWERS["closest"] = ["mirrored", "other picture", "other class"]

# %% wrong: believes that scaling always makes the highest pixel 1
# hint: Nothing is left here that it could make 1
ANSWERS = {"squares": 49, "highest": 1, "chance": 0.25, "passes": 512}
ANSWERS["closest"] = ["mirrored", "other picture", "other class"]

# %% wrong: hit or miss, so a half
# hint: not two equally likely ones
ANSWERS = {"squares": 49, "highest": 0, "chance": 0.5, "passes": 512}
ANSWERS["closest"] = ["mirrored", "other picture", "other class"]

# %% wrong: forward and backward, as for Grad-CAM
# hint: ScoreCAM takes no gradient
ANSWERS = {"squares": 49, "highest": 0, "chance": 0.25, "passes": 2}
ANSWERS["closest"] = ["mirrored", "other picture", "other class"]

# %% wrong: one name twice
# hint: Commit a list with each of
ANSWERS = {"squares": 49, "highest": 0, "chance": 0.25, "passes": 512}
ANSWERS["closest"] = ["mirrored", "mirrored", "other class"]
