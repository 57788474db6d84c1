# %% right: the letters
ANSWERS = {"q1": "c", "q2": "b", "q3": "d", "q4": "a", "q5": "d"}

# %% right: capital letters
ANSWERS = {"q1": "C", "q2": "B", "q3": "D", "q4": "A", "q5": "D"}

# %% wrong: strikes out the dearest
# hint: Its cost alone does not rule it out
ANSWERS = {"q1": "d", "q2": "b", "q3": "d", "q4": "a", "q5": "d"}

# %% wrong: compares two intervals
# hint: that luck is shared
ANSWERS = {"q1": "c", "q2": "a", "q3": "d", "q4": "a", "q5": "d"}

# %% wrong: mistrusts the counter
# hint: The counter counts the convolutions
ANSWERS = {"q1": "c", "q2": "b", "q3": "a", "q4": "a", "q5": "d"}

# %% wrong: goes by ImageNet
# hint: say little on X-rays
ANSWERS = {"q1": "c", "q2": "b", "q3": "d", "q4": "b", "q5": "d"}

# %% wrong: lets test pictures choose
# hint: The test pictures may choose nothing
ANSWERS = {"q1": "c", "q2": "b", "q3": "d", "q4": "a", "q5": "c"}

# %% wrong: takes the MobileNet for the larger one
# hint: A MobileNet has fewer parameters
ANSWERS = {"q1": "c", "q2": "b", "q3": "b", "q4": "a", "q5": "d"}

# %% wrong: fine-tunes all of them
# hint: Fine-tuning twelve costs hours
ANSWERS = {"q1": "c", "q2": "b", "q3": "d", "q4": "a", "q5": "a"}
