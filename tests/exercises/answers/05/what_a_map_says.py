# %% right: the letters
ANSWERS = {"q1": "c", "q2": "b", "q3": "d", "q4": "a", "q5": "c"}

# %% right: capital letters
ANSWERS = {"q1": "C", "q2": "B", "q3": "D", "q4": "A", "q5": "C"}

# %% wrong: takes maps on the animal for the absence of shortcuts
# hint: A shortcut may lie on the animal itself
ANSWERS = {"q1": "c", "q2": "b", "q3": "b", "q4": "a", "q5": "c"}

# %% wrong: takes another map for a proof
# hint: Another method gives another suspicion
ANSWERS = {"q1": "c", "q2": "b", "q3": "d", "q4": "b", "q5": "c"}

# %% wrong: takes far above chance for an explanation
# hint: A blob that has seen nothing is further above chance
ANSWERS = {"q1": "a", "q2": "b", "q3": "d", "q4": "a", "q5": "c"}

# %% wrong: calls a map robust that never asked the head
# hint: Robust would be a map that changes with the network
ANSWERS = {"q1": "c", "q2": "c", "q3": "d", "q4": "a", "q5": "c"}

# %% wrong: blames a saturated probability
# hint: a logit does not saturate
ANSWERS = {"q1": "c", "q2": "b", "q3": "d", "q4": "a", "q5": "b"}
