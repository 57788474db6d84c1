# %% right: the letters
ANSWERS = {"q1": "b", "q2": "c", "q3": "a", "q4": "d", "q5": "b"}

# %% right: capital letters
ANSWERS = {"q1": "B", "q2": "C", "q3": "A", "q4": "D", "q5": "B"}

# %% wrong: everything at once
# hint: Without the head's number
ANSWERS = {"q1": "a", "q2": "c", "q3": "a", "q4": "d", "q5": "b"}

# %% wrong: forgetting taken for overfitting
# hint: Forgetting says nothing of overfitting
ANSWERS = {"q1": "b", "q2": "b", "q3": "a", "q4": "d", "q5": "b"}

# %% wrong: more of the same
# hint: move the backbone further from what it knew
ANSWERS = {"q1": "b", "q2": "c", "q3": "b", "q4": "d", "q5": "b"}

# %% wrong: from scratch, because the source is far
# hint: seldom a worse start than random ones
ANSWERS = {"q1": "b", "q2": "c", "q3": "a", "q4": "c", "q5": "b"}

# %% wrong: takes no shown difference for equality
# hint: It shows no equality either
ANSWERS = {"q1": "b", "q2": "c", "q3": "a", "q4": "d", "q5": "c"}
