# about: text that has no form in UTF-8
# task: two_accuracies
# state: failed
def accuracy(model, loader):
    return '\ud800' * 3
