# about: a list in a list, a thousand times
# task: two_accuracies
# state: crashed
def accuracy(model, loader):
    value = 1.0
    for _ in range(100_000):
        value = [value]
    return value
