# about: a right answer that warns, writes to stderr and changes the folder
# task: freeze_backbone
# state: passed
import os
import sys
import warnings


def train_head_only(model, head):
    model.requires_grad_(False).eval()
    model.get_submodule(head).requires_grad_(True).train()
    warnings.warn('look out', DeprecationWarning)
    print('error', file=sys.stderr)
    os.chdir('/')
    return model
