# about: reads where nothing is
# task: freeze_backbone
# state: crashed
import ctypes


def train_head_only(model, head):
    ctypes.string_at(0)
