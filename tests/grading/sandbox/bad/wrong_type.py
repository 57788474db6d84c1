# about: a sentence in place of a number
# task: two_accuracies
# state: failed
def accuracy(model, loader):
    return 'high'
