# about: takes memory that belongs to no process
# task: freeze_backbone
# state: crashed
import ctypes
import errno
import mmap
import os

GIGABYTE = 1 << 30
system = ctypes.CDLL(None, use_errno=True)


def file_without_a_folder():
    return os.memfd_create("hoard")


def shared_pages():
    return mmap.mmap(-1, GIGABYTE)


def shared_zeros():
    return mmap.mmap(os.open("/dev/zero", os.O_RDWR), GIGABYTE)


def segment():
    if system.shmget(0, GIGABYTE, 0o1600) < 0:
        raise OSError(ctypes.get_errno(), "no segment")


def train_head_only(model, head):
    held = []
    for take in (file_without_a_folder, shared_pages, shared_zeros, segment):
        try:
            take()
            held.append(take.__name__)
        except OSError as problem:
            assert problem.errno in (errno.EPERM, errno.ENODEV), problem
    raise ValueError(f"LEAK<{held}>")
