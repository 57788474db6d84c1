# %% right: a loop
def report(val_accuracy, test_of):
    best, highest = 1, val_accuracy[0]
    for epoch, accuracy in enumerate(val_accuracy, start=1):
        if accuracy > highest:
            best, highest = epoch, accuracy
    return {"accuracy": test_of(best), "epoch": best}


# %% right: tensors
def report(val_accuracy, test_of):
    best = torch.tensor(val_accuracy).argmax() + 1
    return {"epoch": best, "accuracy": torch.tensor(test_of(best))}


# %% wrong: the bug as given
# hint: What has it been used for already
def report(val_accuracy, test_of):
    return report_with_a_bug(val_accuracy, test_of)


# %% wrong: the test split chooses
# hint: Here the test split has chosen the epoch
def report(val_accuracy, test_of):
    tests = [test_of(epoch) for epoch in range(1, len(val_accuracy) + 1)]
    return {"epoch": tests.index(max(tests)) + 1, "accuracy": max(tests)}


# %% wrong: the last epoch
# hint: This is the last epoch
def report(val_accuracy, test_of):
    return {"epoch": len(val_accuracy), "accuracy": test_of(len(val_accuracy))}


# %% wrong: counts from 0
# hint: This is the epoch beside it
def report(val_accuracy, test_of):
    best = max(range(1, len(val_accuracy)), key=val_accuracy.__getitem__)
    return {"epoch": best, "accuracy": test_of(best)}


# %% wrong: looks at all epochs on test
# hint: The test split is for one measurement
def report(val_accuracy, test_of):
    tests = [test_of(epoch) for epoch in range(1, len(val_accuracy) + 1)]
    best = val_accuracy.index(max(val_accuracy))
    return {"epoch": best + 1, "accuracy": tests[best]}


# %% wrong: a number alone
# hint: Return a dictionary with "epoch" and "accuracy"
def report(val_accuracy, test_of):
    return test_of(val_accuracy.index(max(val_accuracy)) + 1)


# %% wrong: other keys
# hint: "accuracy".
def report(val_accuracy, test_of):
    best = val_accuracy.index(max(val_accuracy)) + 1
    return {"best_epoch": best, "test_accuracy": test_of(best)}


# %% wrong: as for a loss
# hint: the lowest is best for a loss
def report(val_accuracy, test_of):
    best = val_accuracy.index(min(val_accuracy)) + 1
    return {"epoch": best, "accuracy": test_of(best)}


# %% wrong: percent
# hint: Accuracies are between 0 and 1
def report(val_accuracy, test_of):
    best = val_accuracy.index(max(val_accuracy)) + 1
    return {"epoch": best, "accuracy": 100 * test_of(best)}


# %% wrong: the epoch as an index
# hint: The number of the epoch is not right
def report(val_accuracy, test_of):
    best = val_accuracy.index(max(val_accuracy))
    return {"epoch": best, "accuracy": test_of(best + 1)}
