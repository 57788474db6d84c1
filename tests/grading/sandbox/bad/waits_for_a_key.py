# about: a question to somebody who is not there
# task: freeze_backbone
# state: crashed
def train_head_only(model, head):
    input("Press return to go on")
    return model
