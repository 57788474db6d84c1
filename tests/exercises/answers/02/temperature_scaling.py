# %% right: LBFGS on the logarithm
def best_temperature(logits, labels):
    s = torch.zeros((), requires_grad=True)
    optimizer = torch.optim.LBFGS([s], max_iter=100, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(logits / s.exp(), labels)
        loss.backward()
        return loss

    optimizer.step(closure)
    return s.exp().item()


# %% right: golden section
def best_temperature(logits, labels):
    def loss(s):
        return F.cross_entropy(logits.double() / 10**s, labels).item()

    low, high, ratio = -3.0, 3.0, (5**0.5 - 1) / 2
    while high - low > 1e-4:
        one, two = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, two) if loss(one) < loss(two) else (one, high)
    return 10 ** ((low + high) / 2)


# %% right: Adam, and a tensor of one number with its graph
def best_temperature(logits, labels):
    s = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.Adam([s], lr=0.05)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy(logits / s.exp(), labels).backward()
        optimizer.step()
    return s.exp()


# %% wrong: the factor instead of the divisor
# hint: This is 1/T
def best_temperature(logits, labels):
    factors = torch.logspace(-2, 2, 1001).tolist()
    return min(factors, key=lambda f: F.cross_entropy(logits * f, labels).item())


# %% wrong: chooses by accuracy
# hint: T = 1 changes nothing
def best_temperature(logits, labels):
    candidates = [1.0, *torch.logspace(-1, 1, 101).tolist()]
    return max(candidates, key=lambda t: ((logits / t).argmax(1) == labels).float().mean().item())


# %% wrong: only above 1
# hint: T stopped at 1
def best_temperature(logits, labels):
    candidates = torch.linspace(1, 10, 901).tolist()
    return min(candidates, key=lambda t: F.cross_entropy(logits / t, labels).item())


# %% wrong: a coarse grid
# hint: the steps are too coarse or too few
def best_temperature(logits, labels):
    candidates = [2 ** (step / 4) for step in range(-20, 21)]
    return min(candidates, key=lambda t: F.cross_entropy(logits / t, labels).item())


# %% wrong: the surest
# hint: A T below 1 makes answers surer still
def best_temperature(logits, labels):
    candidates = torch.logspace(-1, 1, 201).tolist()
    return max(candidates, key=lambda t: (logits / t).softmax(1).amax(1).mean().item())


# %% wrong: divides in place
# hint: has changed the logits
def best_temperature(logits, labels):
    best, lowest, product = 1.0, F.cross_entropy(logits, labels).item(), 1.0
    for candidate in torch.logspace(-1, 1, 401).tolist():
        logits /= candidate / product
        product = candidate
        loss = F.cross_entropy(logits, labels).item()
        if loss < lowest:
            best, lowest = candidate, loss
    return best


# %% wrong: negative
# hint: A temperature is above 0
def best_temperature(logits, labels):
    candidates = torch.linspace(-10, 10, 2000).tolist()
    return max(candidates, key=lambda t: F.cross_entropy(logits / t, labels).item())


# %% wrong: gradient descent that ends too soon
# hint: Not there yet: more steps
def best_temperature(logits, labels):
    s = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.Adam([s], lr=1e-2)
    for _ in range(20):
        optimizer.zero_grad()
        F.cross_entropy(logits / s.exp(), labels).backward()
        optimizer.step()
    return s.exp().item()


# %% wrong: probabilities in the loss
# hint: given probabilities?
def best_temperature(logits, labels):
    candidates = torch.logspace(-1, 1, 201).tolist()
    return min(candidates, key=lambda t: F.cross_entropy((logits / t).softmax(1), labels).item())


# %% wrong: the logarithm
# hint: This is log T
def best_temperature(logits, labels):
    s = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.Adam([s], lr=0.05)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy(logits / s.exp(), labels).backward()
        optimizer.step()
    return s.item()
