# about: integers that all have one hash, so that a set of them takes hours
# task: explain_predictions
# state: crashed
def explain_predictions(*arguments):
    return {}
