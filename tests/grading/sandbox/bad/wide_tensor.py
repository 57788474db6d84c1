# about: a tensor without numbers whose sum is as large as a disk
# task: two_accuracies
# state: crashed
import torch


def accuracy(model, loader):
    return torch.zeros(0, 2**31, 16)
