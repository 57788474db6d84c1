# about: writes wherever it can
# task: two_accuracies
# state: crashed
import os


def accuracy(model, loader):
    package = os.path.dirname(__import__("tl_course").__file__)
    places = ("/", "/usr", "/etc", "/dev", "/proc", "/root", os.path.dirname(os.__file__), package)
    found = [place for place in places if os.access(place, os.W_OK)]
    raise ValueError(f"LEAK<{found}>")
