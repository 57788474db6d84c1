# %% right: worked out by hand
ANSWERS = {"trainable": 5130, "megabytes": 2.048, "passes": 1}

# %% right: rounded megabytes
ANSWERS = {"trainable": 5130.0, "megabytes": 2, "passes": 1}

# %% wrong: no bias
# hint: A linear layer also has one bias a class
ANSWERS = {"trainable": 5120, "megabytes": 2.048, "passes": 1}

# %% wrong: numbers instead of bytes
# hint: A float32 number takes four bytes
ANSWERS = {"trainable": 5130, "megabytes": 0.512, "passes": 1}

# %% wrong: a pass for each epoch
# hint: Sixty passes are what the cache saves
ANSWERS = {"trainable": 5130, "megabytes": 2.048, "passes": 60}
