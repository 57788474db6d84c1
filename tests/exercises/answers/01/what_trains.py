# %% right: worked out by hand
PREDICTIONS = {"trainable": 5130, "megabytes": 2.048, "passes": 1}

# %% right: rounded megabytes
PREDICTIONS = {"trainable": 5130.0, "megabytes": 2, "passes": 1}

# %% wrong: no bias
# hint: A linear layer also has one bias a class
PREDICTIONS = {"trainable": 5120, "megabytes": 2.048, "passes": 1}

# %% wrong: numbers instead of bytes
# hint: A float32 number takes four bytes
PREDICTIONS = {"trainable": 5130, "megabytes": 0.512, "passes": 1}

# %% wrong: a pass for each epoch
# hint: Sixty passes are what the cache saves
PREDICTIONS = {"trainable": 5130, "megabytes": 2.048, "passes": 60}

# %% wrong: thousands of bytes
# hint: These are thousands of bytes
PREDICTIONS = {"trainable": 5130, "megabytes": 2048, "passes": 1}
