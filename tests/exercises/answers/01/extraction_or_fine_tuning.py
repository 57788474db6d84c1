# %% right: the letters
ANSWERS = {"q1": "c", "q2": "b", "q3": "d", "q4": "a"}

# %% right: capital letters
ANSWERS = {"q1": "C", "q2": "B", "q3": "D", "q4": "A"}

# %% wrong: regularises an underfitting head
# hint: there is nothing to regularise
ANSWERS = {"q1": "c", "q2": "d", "q3": "d", "q4": "a"}

# %% wrong: believes that crops can be made from features
# hint: a crop needs the backbone
ANSWERS = {"q1": "c", "q2": "b", "q3": "d", "q4": "b"}

# %% wrong: thinks that fine-tuning has less to overfit with
# hint: it is fine-tuning that overfits
ANSWERS = {"q1": "b", "q2": "b", "q3": "d", "q4": "a"}
