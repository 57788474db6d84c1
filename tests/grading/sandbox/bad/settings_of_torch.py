# about: a right answer that changes what the next one would meet
# task: freeze_backbone
# state: passed
import torch


def train_head_only(model, head):
    model.requires_grad_(False).eval()
    model.get_submodule(head).requires_grad_(True).train()
    torch.set_grad_enabled(False)
    torch.manual_seed(0)
    return model
