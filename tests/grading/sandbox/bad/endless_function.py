# about: a loop in the function that never ends
# task: freeze_backbone
# state: timed out
def train_head_only(model, head):
    while True:
        pass
