# about: a sleep that never ends
# task: freeze_backbone
# state: timed out
import time


def train_head_only(model, head):
    time.sleep(10**6)
