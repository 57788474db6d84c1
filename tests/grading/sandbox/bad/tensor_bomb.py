# about: asks for a tensor that no machine holds
# task: freeze_backbone
# state: crashed
import torch


def train_head_only(model, head):
    torch.ones(10**13)
