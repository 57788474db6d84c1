# about: a function that takes nothing
# task: freeze_backbone
# state: crashed
def train_head_only():
    return None
