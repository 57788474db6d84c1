# %% right: plain Python
def compare(run, rates, seeds, tune_seed):
    from statistics import mean, stdev

    def accuracies(strategy):
        rate = sorted(rates, key=lambda lr: run(strategy, lr, tune_seed, "val"))[-1]
        return [run(strategy, rate, seed, "test") for seed in seeds]

    frozen, tuned = accuracies("feature extraction"), accuracies("fine-tuning")
    gaps = [b - a for a, b in zip(frozen, tuned)]
    return {
        "fine-tuning": tuned,
        "feature extraction": frozen,
        "difference": mean(gaps),
        "standard error": stdev(gaps) / len(gaps) ** 0.5,
    }


# %% right: NumPy, arrays and numbers of its own types
def compare(run, rates, seeds, tune_seed):
    import numpy as np

    found = {}
    for strategy in ["fine-tuning", "feature extraction"]:
        best_lr, best = None, -1
        for lr in rates:
            accuracy = run(strategy, lr, tune_seed, "val")
            if accuracy > best:
                best_lr, best = lr, accuracy
        found[strategy] = np.array([run(strategy, best_lr, seed, "test") for seed in seeds])
    gaps = found["fine-tuning"] - found["feature extraction"]
    found["difference"] = gaps.mean()
    found["standard error"] = gaps.std(ddof=1) / np.sqrt(len(seeds))
    return found


# %% wrong: the rate chosen on test
# hint: The test split has chosen
def compare(run, rates, seeds, tune_seed):
    found = {}
    for strategy in ("feature extraction", "fine-tuning"):
        best = max(rates, key=lambda lr: run(strategy, lr, tune_seed, "test"))
        found[strategy] = [run(strategy, best, seed, "test") for seed in seeds]
    gaps = torch.tensor(found["fine-tuning"]) - torch.tensor(found["feature extraction"])
    return {**found, "difference": gaps.mean(), "standard error": gaps.std() / len(gaps) ** 0.5}


# %% wrong: one rate for both
# hint: Each strategy needs a rate of its own
def compare(run, rates, seeds, tune_seed):
    best = max(rates, key=lambda lr: run("fine-tuning", lr, tune_seed, "val"))
    found = {
        strategy: [run(strategy, best, seed, "test") for seed in seeds]
        for strategy in ("feature extraction", "fine-tuning")
    }
    gaps = torch.tensor(found["fine-tuning"]) - torch.tensor(found["feature extraction"])
    return {**found, "difference": gaps.mean(), "standard error": gaps.std() / len(gaps) ** 0.5}


# %% wrong: validation accuracies reported
# hint: These are validation accuracies
def compare(run, rates, seeds, tune_seed):
    found = {}
    for strategy in ("feature extraction", "fine-tuning"):
        best = max(rates, key=lambda lr: run(strategy, lr, tune_seed, "val"))
        found[strategy] = [run(strategy, best, seed, "val") for seed in seeds]
    gaps = torch.tensor(found["fine-tuning"]) - torch.tensor(found["feature extraction"])
    return {**found, "difference": gaps.mean(), "standard error": gaps.std() / len(gaps) ** 0.5}


# %% wrong: the best rate of each seed, by test
# hint: Each seed took the rate that is best on the test split
def compare(run, rates, seeds, tune_seed):
    found = {
        strategy: [max(run(strategy, lr, seed, "test") for lr in rates) for seed in seeds]
        for strategy in ("feature extraction", "fine-tuning")
    }
    gaps = torch.tensor(found["fine-tuning"]) - torch.tensor(found["feature extraction"])
    return {**found, "difference": gaps.mean(), "standard error": gaps.std() / len(gaps) ** 0.5}


# %% wrong: as if the runs had nothing in common
# hint: This is for runs that have nothing in common
def compare(run, rates, seeds, tune_seed):
    found = {}
    for strategy in ("feature extraction", "fine-tuning"):
        best = max(rates, key=lambda lr: run(strategy, lr, tune_seed, "val"))
        found[strategy] = [run(strategy, best, seed, "test") for seed in seeds]
    one, two = torch.tensor(found["fine-tuning"]), torch.tensor(found["feature extraction"])
    error = ((one.var() + two.var()) / len(one)) ** 0.5
    return {**found, "difference": one.mean() - two.mean(), "standard error": error}


# %% wrong: NumPy's spread, with n
# hint: The spread was taken with n, not n - 1
def compare(run, rates, seeds, tune_seed):
    import numpy as np

    found = {}
    for strategy in ("feature extraction", "fine-tuning"):
        best = max(rates, key=lambda lr: run(strategy, lr, tune_seed, "val"))
        found[strategy] = [run(strategy, best, seed, "test") for seed in seeds]
    gaps = np.array(found["fine-tuning"]) - np.array(found["feature extraction"])
    return {**found, "difference": gaps.mean(), "standard error": gaps.std() / len(gaps) ** 0.5}


# %% wrong: the spread instead of the standard error
# hint: for their mean divide by sqrt(n)
def compare(run, rates, seeds, tune_seed):
    found = {}
    for strategy in ("feature extraction", "fine-tuning"):
        best = max(rates, key=lambda lr: run(strategy, lr, tune_seed, "val"))
        found[strategy] = [run(strategy, best, seed, "test") for seed in seeds]
    gaps = torch.tensor(found["fine-tuning"]) - torch.tensor(found["feature extraction"])
    return {**found, "difference": gaps.mean(), "standard error": gaps.std()}


# %% wrong: the sign
# hint: The sign is reversed
def compare(run, rates, seeds, tune_seed):
    found = {}
    for strategy in ("feature extraction", "fine-tuning"):
        best = max(rates, key=lambda lr: run(strategy, lr, tune_seed, "val"))
        found[strategy] = [run(strategy, best, seed, "test") for seed in seeds]
    gaps = torch.tensor(found["feature extraction"]) - torch.tensor(found["fine-tuning"])
    return {**found, "difference": gaps.mean(), "standard error": gaps.std() / len(gaps) ** 0.5}


# %% wrong: measures every rate on test
# hint: one measurement a strategy and seed
def compare(run, rates, seeds, tune_seed):
    found = {}
    for strategy in ("feature extraction", "fine-tuning"):
        best = max(rates, key=lambda lr: run(strategy, lr, tune_seed, "val"))
        tests = {lr: [run(strategy, lr, seed, "test") for seed in seeds] for lr in rates}
        found[strategy] = tests[best]
    gaps = torch.tensor(found["fine-tuning"]) - torch.tensor(found["feature extraction"])
    return {**found, "difference": gaps.mean(), "standard error": gaps.std() / len(gaps) ** 0.5}


# %% wrong: a rate for each seed
# hint: Only `tune_seed` chooses the rate
def compare(run, rates, seeds, tune_seed):
    found = {}
    for strategy in ("feature extraction", "fine-tuning"):
        best = [max(rates, key=lambda lr: run(strategy, lr, seed, "val")) for seed in seeds]
        found[strategy] = [run(strategy, lr, seed, "test") for lr, seed in zip(best, seeds)]
    gaps = torch.tensor(found["fine-tuning"]) - torch.tensor(found["feature extraction"])
    return {**found, "difference": gaps.mean(), "standard error": gaps.std() / len(gaps) ** 0.5}


# %% wrong: the mean over the seeds chooses
# hint: one for all of `seeds`
def compare(run, rates, seeds, tune_seed):
    found = {}
    for strategy in ("feature extraction", "fine-tuning"):
        best = max(rates, key=lambda lr: sum(run(strategy, lr, seed, "val") for seed in seeds))
        found[strategy] = [run(strategy, best, seed, "test") for seed in seeds]
    gaps = torch.tensor(found["fine-tuning"]) - torch.tensor(found["feature extraction"])
    return {**found, "difference": gaps.mean(), "standard error": gaps.std() / len(gaps) ** 0.5}


# %% wrong: the lowest accuracy
# hint: This is not the rate with the highest validation accuracy
def compare(run, rates, seeds, tune_seed):
    found = {}
    for strategy in ("feature extraction", "fine-tuning"):
        best = min(rates, key=lambda lr: run(strategy, lr, tune_seed, "val"))
        found[strategy] = [run(strategy, best, seed, "test") for seed in seeds]
    gaps = torch.tensor(found["fine-tuning"]) - torch.tensor(found["feature extraction"])
    return {**found, "difference": gaps.mean(), "standard error": gaps.std() / len(gaps) ** 0.5}


# %% wrong: no choice at all
# hint: chosen from all of `rates` on validation
def compare(run, rates, seeds, tune_seed):
    found = {}
    for strategy in ("feature extraction", "fine-tuning"):
        found[strategy] = [run(strategy, rates[0], seed, "test") for seed in seeds]
    gaps = torch.tensor(found["fine-tuning"]) - torch.tensor(found["feature extraction"])
    return {**found, "difference": gaps.mean(), "standard error": gaps.std() / len(gaps) ** 0.5}


# %% wrong: another key
# hint: A key is missing, or spelt in another way
def compare(run, rates, seeds, tune_seed):
    found = {}
    for strategy in ("feature extraction", "fine-tuning"):
        best = max(rates, key=lambda lr: run(strategy, lr, tune_seed, "val"))
        found[strategy] = [run(strategy, best, seed, "test") for seed in seeds]
    gaps = torch.tensor(found["fine-tuning"]) - torch.tensor(found["feature extraction"])
    return {**found, "difference": gaps.mean(), "standard_error": gaps.std() / len(gaps) ** 0.5}


# %% wrong: percent
# hint: Accuracies are between 0 and 1
def compare(run, rates, seeds, tune_seed):
    found = {}
    for strategy in ("feature extraction", "fine-tuning"):
        best = max(rates, key=lambda lr: run(strategy, lr, tune_seed, "val"))
        found[strategy] = [100 * run(strategy, best, seed, "test") for seed in seeds]
    gaps = torch.tensor(found["fine-tuning"]) - torch.tensor(found["feature extraction"])
    return {**found, "difference": gaps.mean(), "standard error": gaps.std() / len(gaps) ** 0.5}


# %% wrong: the difference in points
# hint: This is in points of a hundred
def compare(run, rates, seeds, tune_seed):
    found = {}
    for strategy in ("feature extraction", "fine-tuning"):
        best = max(rates, key=lambda lr: run(strategy, lr, tune_seed, "val"))
        found[strategy] = [run(strategy, best, seed, "test") for seed in seeds]
    gaps = 100 * (torch.tensor(found["fine-tuning"]) - torch.tensor(found["feature extraction"]))
    return {**found, "difference": gaps.mean(), "standard error": gaps.std() / len(gaps) ** 0.5}
