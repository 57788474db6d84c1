# about: a list that holds itself
# task: two_accuracies
# state: crashed
def accuracy(model, loader):
    value = []
    value.append(value)
    return value
