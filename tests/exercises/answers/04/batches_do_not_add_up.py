# %% right: groups of batches, cut beforehand
def accumulated_epoch(model, loader, optimizer, every):
    batches = list(loader)
    for start in range(0, len(batches), every):
        group = batches[start : start + every]
        pictures = sum(len(labels) for _, labels in group)
        for features, labels in group:
            (F.cross_entropy(model(features), labels) * len(labels) / pictures).backward()
        optimizer.step()
        optimizer.zero_grad()


# %% right: weighted means, the sizes from the loader
def accumulated_epoch(model, loader, optimizer, every):
    left = len(loader.dataset)
    for number, (features, labels) in enumerate(loader):
        if number % every == 0:
            size = min(every * loader.batch_size, left)
        share = len(labels) / size
        (share * F.cross_entropy(model(features), labels)).backward()
        left -= len(labels)
        if number % every == every - 1 or left == 0:
            optimizer.step()
            model.zero_grad()


# %% right: divides the gradients
def accumulated_epoch(model, loader, optimizer, every):
    seen = waiting = 0

    def step():
        for parameter in model.parameters():
            parameter.grad = parameter.grad / seen
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)

    for features, labels in loader:
        F.cross_entropy(model(features), labels, reduction="sum").backward()
        seen, waiting = seen + len(labels), waiting + 1
        if waiting == every:
            step()
            seen = waiting = 0
    if waiting:
        step()


# %% wrong: the bug as given
# hint: The last step is not that of one large batch
def accumulated_epoch(model, loader, optimizer, every):
    accumulated_epoch_with_a_bug(model, loader, optimizer, every)


# %% wrong: leaves the last batches out
# hint: The last batches never get their step
def accumulated_epoch(model, loader, optimizer, every):
    for number, (features, labels) in enumerate(loader, start=1):
        (F.cross_entropy(model(features), labels) / every).backward()
        if number % every == 0:
            optimizer.step()
            optimizer.zero_grad()
    optimizer.zero_grad()


# %% wrong: a mean of means
# hint: Each batch counts the same, whatever its size
def accumulated_epoch(model, loader, optimizer, every):
    for number, (features, labels) in enumerate(loader, start=1):
        first = (number - 1) // every * every
        in_group = min(every, len(loader) - first)
        (F.cross_entropy(model(features), labels) / in_group).backward()
        if number % every == 0 or number == len(loader):
            optimizer.step()
            optimizer.zero_grad()


# %% wrong: the size of a full group
# hint: The sum is divided by the size of a full group
def accumulated_epoch(model, loader, optimizer, every):
    for number, (features, labels) in enumerate(loader, start=1):
        loss = F.cross_entropy(model(features), labels, reduction="sum") / (every * loader.batch_size)
        loss.backward()
        if number % every == 0 or number == len(loader):
            optimizer.step()
            optimizer.zero_grad()


# %% wrong: nothing divided
# hint: The losses were added up and not divided
def accumulated_epoch(model, loader, optimizer, every):
    for number, (features, labels) in enumerate(loader, start=1):
        F.cross_entropy(model(features), labels).backward()
        if number % every == 0 or number == len(loader):
            optimizer.step()
            optimizer.zero_grad()


# %% wrong: the gradients stay
# hint: are the gradients of the step before still there
def accumulated_epoch(model, loader, optimizer, every):
    batches = list(loader)
    for start in range(0, len(batches), every):
        group = batches[start : start + every]
        pictures = sum(len(labels) for _, labels in group)
        for features, labels in group:
            (F.cross_entropy(model(features), labels, reduction="sum") / pictures).backward()
        optimizer.step()


# %% wrong: cleared before the step's batches only
# hint: The gradients of the last step are left over
def accumulated_epoch(model, loader, optimizer, every):
    batches = list(loader)
    for start in range(0, len(batches), every):
        group = batches[start : start + every]
        pictures = sum(len(labels) for _, labels in group)
        optimizer.zero_grad()
        for features, labels in group:
            (F.cross_entropy(model(features), labels, reduction="sum") / pictures).backward()
        optimizer.step()


# %% wrong: a step for each batch
# hint: A step was taken after every batch
def accumulated_epoch(model, loader, optimizer, every):
    for features, labels in loader:
        optimizer.zero_grad()
        F.cross_entropy(model(features), labels).backward()
        optimizer.step()
    optimizer.zero_grad()


# %% wrong: one large batch after all
# hint: Accumulation saves the memory of a large batch
def accumulated_epoch(model, loader, optimizer, every):
    waiting = []

    def step():
        features, labels = (torch.cat(parts) for parts in zip(*waiting, strict=True))
        optimizer.zero_grad()
        F.cross_entropy(model(features), labels).backward()
        optimizer.step()
        waiting.clear()

    for batch in loader:
        waiting.append(batch)
        if len(waiting) == every:
            step()
    if waiting:
        step()
    for parameter in model.parameters():
        parameter.grad.zero_()


# %% wrong: the count goes on
# hint: Does your count of pictures begin anew
def accumulated_epoch(model, loader, optimizer, every):
    seen = 0
    for number, (features, labels) in enumerate(loader, start=1):
        seen += len(labels)
        F.cross_entropy(model(features), labels, reduction="sum").backward()
        if number % every == 0 or number == len(loader):
            for parameter in model.parameters():
                parameter.grad /= seen
            optimizer.step()
            optimizer.zero_grad()


# %% wrong: each batch by the running count
# hint: Each batch is divided by the count so far
def accumulated_epoch(model, loader, optimizer, every):
    seen = 0
    for number, (features, labels) in enumerate(loader, start=1):
        seen += len(labels)
        (F.cross_entropy(model(features), labels, reduction="sum") / seen).backward()
        if number % every == 0 or number == len(loader):
            optimizer.step()
            optimizer.zero_grad()
            seen = 0


# %% wrong: by all pictures of the epoch
# hint: The sum is divided by the number of all pictures of the epoch
def accumulated_epoch(model, loader, optimizer, every):
    for number, (features, labels) in enumerate(loader, start=1):
        loss = F.cross_entropy(model(features), labels, reduction="sum") / len(loader.dataset)
        loss.backward()
        if number % every == 0 or number == len(loader):
            optimizer.step()
            optimizer.zero_grad()


# %% wrong: clears for each batch
# hint: Only the last batch of the step counts
def accumulated_epoch(model, loader, optimizer, every):
    for number, (features, labels) in enumerate(loader, start=1):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(features), labels) / every
        loss.backward()
        if number % every == 0 or number == len(loader):
            optimizer.step()
    optimizer.zero_grad()


# %% wrong: a last step in any case
# hint: Where no batches are left over at the end
def accumulated_epoch(model, loader, optimizer, every):
    seen = 0

    def step():
        for parameter in model.parameters():
            if seen:
                parameter.grad /= seen
        optimizer.step()
        optimizer.zero_grad()

    for number, (features, labels) in enumerate(loader, start=1):
        F.cross_entropy(model(features), labels, reduction="sum").backward()
        seen += len(labels)
        if number % every == 0:
            step()
            seen = 0
    step()
