# %% right: the letters
ANSWERS = {"q1": "c", "q2": "b", "q3": "d", "q4": "a", "q5": "d"}

# %% right: capital letters
ANSWERS = {"q1": "C", "q2": "B", "q3": "D", "q4": "A", "q5": "D"}

# %% wrong: strikes out the dearest
# hint: Dear is no reason to be out
ANSWERS = {"q1": "d", "q2": "b", "q3": "d", "q4": "a", "q5": "d"}

# %% wrong: compares two intervals
# hint: the luck of the pictures
ANSWERS = {"q1": "c", "q2": "a", "q3": "d", "q4": "a", "q5": "d"}

# %% wrong: mistrusts the counter
# hint: The counter is exact
ANSWERS = {"q1": "c", "q2": "b", "q3": "a", "q4": "a", "q5": "d"}

# %% wrong: goes by ImageNet
# hint: say little on X-rays
ANSWERS = {"q1": "c", "q2": "b", "q3": "d", "q4": "b", "q5": "d"}

# %% wrong: lets test pictures choose
# hint: The test pictures may choose nothing
ANSWERS = {"q1": "c", "q2": "b", "q3": "d", "q4": "a", "q5": "c"}
