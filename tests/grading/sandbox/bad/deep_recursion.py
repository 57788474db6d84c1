# about: calls itself for ever
# task: freeze_backbone
# state: crashed
def train_head_only(model, head):
    return train_head_only(model, head)
