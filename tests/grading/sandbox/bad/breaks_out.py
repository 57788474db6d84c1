# about: asks the system for more rights
# task: two_accuracies
# state: crashed
import ctypes

CALLS = {
    "mount": (b"none", b"/tmp", b"tmpfs", 0, None),
    "umount2": (b"/proc", 2),
    "chroot": (b"/tmp",),
    "setuid": (0,),
    "sethostname": (b"mine", 4),
}


def accuracy(model, loader):
    library = ctypes.CDLL(None)
    done = [name for name, arguments in CALLS.items() if getattr(library, name)(*arguments) == 0]
    raise ValueError(f"LEAK<{done}>")
