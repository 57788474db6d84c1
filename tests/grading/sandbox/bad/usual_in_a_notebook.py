# about: a right answer with what is usual in a notebook
# task: freeze_backbone
# state: passed
import getpass
import multiprocessing

import torch
from IPython.display import display
from torch.utils.data import DataLoader
from tqdm.auto import tqdm

get_ipython().run_line_magic("matplotlib", "inline")
get_ipython().run_line_magic("time", "1 + 1")


def train_head_only(model, head):
    display(getpass.getuser())
    model.requires_grad_(False).eval()
    model.get_submodule(head).requires_grad_(True).train()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(abs, [-1, 1])


for _ in tqdm(DataLoader(torch.arange(16), 2, num_workers=8)):
    pass
