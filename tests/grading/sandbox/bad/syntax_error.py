# about: code that is no Python
# task: freeze_backbone
# state: crashed
def train_head_only(model, head:
    return model
