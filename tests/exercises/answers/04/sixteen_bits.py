# %% right: worked out by hand
PREDICTIONS = {"rounded": 1004, "counter": 2048, "power": 14, "scale": 16384, "moving": 100}

# %% right: computed
counter = torch.tensor(0.0, dtype=torch.float16)
while counter + 1 != counter:
    counter += 1
power = int(torch.tensor(65504 / 3).log2())
PREDICTIONS = {
    "rounded": torch.tensor(1003.0).bfloat16().item(),
    "counter": counter.item(),
    "power": power,
    "scale": 65536 / 2 * 2 / 2 / 2,
    "moving": 62.5,
}

# %% wrong: cuts the digits off
# hint: You cut the digits off
PREDICTIONS = {"rounded": 1000, "counter": 2048, "power": 14, "scale": 16384, "moving": 0}

# %% wrong: forgets the leading 1
# hint: The leading 1 is not stored, but it counts
PREDICTIONS = {"rounded": 1004, "counter": 1024, "power": 14, "scale": 16384, "moving": 0}

# %% wrong: takes the end of the range for the end of the whole numbers
# hint: That is the end of the range
PREDICTIONS = {"rounded": 1004, "counter": 65504, "power": 14, "scale": 16384, "moving": 0}

# %% wrong: one power too many
# hint: 98 304
PREDICTIONS = {"rounded": 1004, "counter": 2048, "power": 15, "scale": 16384, "moving": 0}

# %% wrong: counts good steps across an overflow
# hint: The good steps count in a row
PREDICTIONS = {"rounded": 1004, "counter": 2048, "power": 14, "scale": 32768, "moving": 0}

# %% wrong: no guess
# hint: Commit to a number from 0 to 100
PREDICTIONS = {"rounded": 1004, "counter": 2048, "power": 14, "scale": 16384, "moving": "most"}
