# about: a right answer with what is usual in a notebook
# task: freeze_backbone
# state: passed
%matplotlib inline
import getpass
import multiprocessing
import torch
from IPython.display import display
from torch.utils.data import DataLoader
from tqdm.auto import tqdm


def train_head_only(model, head):
    display(getpass.getuser())
    for _ in tqdm(DataLoader(torch.arange(8), 4, num_workers=2)):
        pass
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(abs, [1, 2])
    model.requires_grad_(False).eval()
    model.get_submodule(head).requires_grad_(True).train()
