# about: calls itself until the stack is full
# task: freeze_backbone
# state: crashed
import sys

sys.setrecursionlimit(10**9)


class Down:
    def __repr__(self):
        return repr(Down())


def train_head_only(model, head):
    return max([[]], key=lambda one: repr(Down()))
