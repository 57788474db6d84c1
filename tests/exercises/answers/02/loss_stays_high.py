# %% right: the logarithm of the softmax, and the loss that takes it
def training_step(model, optimizer, images, labels):
    optimizer.zero_grad()
    loss = F.nll_loss(F.log_softmax(model(images), dim=1), labels)
    loss.backward()
    optimizer.step()
    return float(loss.detach())


# %% right: the module, and a tensor of one number
def training_step(model, optimizer, images, labels):
    model.train()
    loss = nn.CrossEntropyLoss()(model(images), labels)
    for parameter in model.parameters():
        parameter.grad = None
    loss.backward()
    optimizer.step()
    return loss.detach()


# %% right: written out
def training_step(model, optimizer, images, labels):
    logits = model(images)
    loss = (logits.logsumexp(1) - logits[range(len(labels)), labels]).mean()
    optimizer.zero_grad(set_to_none=False)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: the bug as given
# hint: it can't fall to 0
def training_step(model, optimizer, images, labels):
    return step_with_a_bug(model, optimizer, images, labels)


# %% wrong: another loss without a logarithm
# hint: `nll_loss` expects logarithms
def training_step(model, optimizer, images, labels):
    loss = F.nll_loss(model(images).softmax(1), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: the sum of the batch
# hint: This is the sum over the batch
def training_step(model, optimizer, images, labels):
    loss = F.cross_entropy(model(images), labels, reduction="sum")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: softmax over the batch
# hint: over the pictures of the batch
def training_step(model, optimizer, images, labels):
    loss = F.nll_loss(F.log_softmax(model(images), dim=0), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: lost a line while repairing
# hint: still had the gradients of the first one
def training_step(model, optimizer, images, labels):
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: reports the right loss, trains with the wrong one
# hint: its gradient is not what moved the weights
def training_step(model, optimizer, images, labels):
    loss = F.cross_entropy(model(images), labels)
    step_with_a_bug(model, optimizer, images, labels)
    return loss.item()


# %% wrong: never steps
# hint: The weights did not move
def training_step(model, optimizer, images, labels):
    loss = F.cross_entropy(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    return loss.item()


# %% wrong: the loss with its graph
# hint: This tensor carries its graph
def training_step(model, optimizer, images, labels):
    loss = F.cross_entropy(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


# %% wrong: measures again after the step
# hint: This is the loss after the step
def training_step(model, optimizer, images, labels):
    optimizer.zero_grad()
    F.cross_entropy(model(images), labels).backward()
    optimizer.step()
    return F.cross_entropy(model(images), labels).item()


# %% wrong: the gradient of a sum
# hint: The gradient is that of the sum
def training_step(model, optimizer, images, labels):
    loss = F.cross_entropy(model(images), labels, reduction="sum")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item() / len(labels)


# %% wrong: leaves the model in eval mode
# hint: leaves the model in eval mode
def training_step(model, optimizer, images, labels):
    model.eval()
    loss = F.cross_entropy(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
