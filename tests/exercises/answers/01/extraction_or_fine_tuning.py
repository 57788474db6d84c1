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

# %% wrong: takes a close fit of few pictures for an advantage
# hint: with few pictures that is the risk
ANSWERS = {"q1": "b", "q2": "b", "q3": "d", "q4": "a"}


# %% wrong: more pictures for a head that underfits
# hint: cannot even fit those that it has
ANSWERS = {"q1": "c", "q2": "a", "q3": "d", "q4": "a"}
