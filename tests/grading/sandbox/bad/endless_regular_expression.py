# about: a search that Python cannot interrupt
# task: freeze_backbone
# state: timed out
import re


def train_head_only(model, head):
    re.match(r"(a+)+$", "a" * 60 + "b")
