# %% right: the letters
ANSWERS = {"q1": "b", "q2": "d", "q3": "a", "q4": "c", "q5": "b"}

# %% right: capital letters
ANSWERS = {"q1": "B", "q2": "D", "q3": "A", "q4": "C", "q5": "B"}

# %% wrong: bf16 on every card
# hint: Fast bf16 came with the generation after it
ANSWERS = {"q1": "a", "q2": "d", "q3": "a", "q4": "c", "q5": "b"}

# %% wrong: believes that bf16 is the more exact one
# hint: bf16 has fewer digits than fp16
ANSWERS = {"q1": "b", "q2": "a", "q3": "a", "q4": "c", "q5": "b"}

# %% wrong: holds the scale up
# hint: At a scale of 1 the gradients overflow already
ANSWERS = {"q1": "b", "q2": "d", "q3": "d", "q4": "c", "q5": "b"}

# %% wrong: a scaler for bf16
# hint: a scale has nothing to save
ANSWERS = {"q1": "b", "q2": "d", "q3": "a", "q4": "a", "q5": "b"}

# %% wrong: halves the weights
# hint: copies of the weights come on top
ANSWERS = {"q1": "b", "q2": "d", "q3": "a", "q4": "c", "q5": "c"}

# %% wrong: weights in fp16
# hint: `GradScaler` refuses gradients in fp16
ANSWERS = {"q1": "d", "q2": "d", "q3": "a", "q4": "c", "q5": "b"}

# %% wrong: saves the head alone
# hint: The backbone is fine-tuned too
ANSWERS = {"q1": "b", "q2": "d", "q3": "a", "q4": "d", "q5": "b"}

# %% wrong: gradients of weights in sixteen bits
# hint: The gradients of weights in fp32 are kept in fp32
ANSWERS = {"q1": "b", "q2": "d", "q3": "a", "q4": "c", "q5": "d"}
