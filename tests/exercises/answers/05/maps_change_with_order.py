# %% right: picture by picture
def explained(model, images, layer):
    said, maps = [], []
    for image in images:
        kept = []
        with layer.register_forward_hook(lambda module, inputs, output, kept=kept: kept.append(output)):
            scores = model(image[None])[0]
        said.append(int(scores.argmax()))
        (gradient,) = torch.autograd.grad(scores[said[-1]], kept[0])
        cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1))[0].detach()
        maps.append(cam / cam.max())
    return said, maps


# %% right: the highest score of each picture
def explained(model, images, layer):
    kept = []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        highest, said = model(images).max(dim=1)
    (gradient,) = torch.autograd.grad(highest.sum(), kept[0])
    maps = torch.einsum("nc,nchw->nhw", gradient.mean((2, 3)), kept[0]).clamp(min=0).detach()
    return said.numpy(), (maps / maps.flatten(1).max(1).values[:, None, None]).numpy()


# %% wrong: the bug as given
# hint: which one do you choose, and between what
def explained(model, images, layer):
    return explained_with_a_bug(model, images, layer)


# %% wrong: one class for the whole batch
# hint: All pictures are explained for one and the same class
def explained(model, images, layer):
    kept = []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model(images)
    said = scores.argmax(1)
    (gradient,) = torch.autograd.grad(scores[:, said[0]].sum(), kept[0])
    maps = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1)).detach()
    return said, maps / (maps.amax((1, 2), keepdim=True) + 1e-12)


# %% wrong: the one highest score of the batch
# hint: Maps are zero everywhere
def explained(model, images, layer):
    kept = []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model(images)
    (gradient,) = torch.autograd.grad(scores.max(), kept[0])
    maps = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1)).detach()
    return scores.argmax(1), maps / (maps.amax((1, 2), keepdim=True) + 1e-12)


# %% wrong: the sum of all scores
# hint: A map fits no class
def explained(model, images, layer):
    kept = []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model(images)
    (gradient,) = torch.autograd.grad(scores.sum(), kept[0])
    weights = gradient.mean((2, 3), keepdim=True)
    maps = (weights * kept[0]).sum(1).abs().detach()
    return scores.argmax(1), maps / (maps.amax((1, 2), keepdim=True) + 1e-12)


# %% wrong: right maps, wrong names
# hint: The classes that come with the maps
def explained(model, images, layer):
    kept = []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model(images)
    (gradient,) = torch.autograd.grad(scores.amax(1).sum(), kept[0])
    maps = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1)).detach()
    return scores.argmax(0), maps / (maps.amax((1, 2), keepdim=True) + 1e-12)


# %% wrong: scaled together
# hint: Each map is scaled by itself
def explained(model, images, layer):
    kept = []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model(images)
    (gradient,) = torch.autograd.grad(scores.amax(1).sum(), kept[0])
    maps = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1)).detach()
    return scores.argmax(1), maps / maps.max()


# %% wrong: squeeze takes the axis of the pictures away
# hint: With a single picture it stops
def explained(model, images, layer):
    kept = []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model(images).squeeze()
    said = scores.argmax(1)
    (gradient,) = torch.autograd.grad(scores.amax(1).sum(), kept[0])
    maps = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1)).detach()
    return said, maps / maps.amax((1, 2), keepdim=True)


# %% wrong: stretched to the picture's size
# hint: of the layer's own size
def explained(model, images, layer):
    kept = []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model(images)
    said = scores.argmax(1)
    (gradient,) = torch.autograd.grad(scores.amax(1).sum(), kept[0])
    maps = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1)).detach()
    maps = F.interpolate(maps[:, None], images.shape[2:], mode="bilinear")[:, 0]
    return said, maps / maps.amax((1, 2), keepdim=True)


# %% wrong: the lowest pixel subtracted
# hint: do not subtract the lowest
def explained(model, images, layer):
    kept = []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model(images)
    said = scores.argmax(1)
    (gradient,) = torch.autograd.grad(scores.amax(1).sum(), kept[0])
    maps = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1)).detach()
    maps = maps - maps.amin((1, 2), keepdim=True)
    return said, maps / maps.amax((1, 2), keepdim=True)


# %% wrong: nothing is cut
# hint: What speaks against the class is still in the map
def explained(model, images, layer):
    kept = []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model(images)
    said = scores.argmax(1)
    (gradient,) = torch.autograd.grad(scores.amax(1).sum(), kept[0])
    maps = (gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1).detach()
    return said, maps / maps.amax((1, 2), keepdim=True)


# %% wrong: prints in place of returning
# hint: is a `return` missing
def explained(model, images, layer):
    kept = []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model(images)
    said = scores.argmax(1)
    (gradient,) = torch.autograd.grad(scores.amax(1).sum(), kept[0])
    maps = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1)).detach()
    print(said, maps / maps.amax((1, 2), keepdim=True))


# %% wrong: the maps alone
# hint: Return a pair
def explained(model, images, layer):
    kept = []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model(images)
    (gradient,) = torch.autograd.grad(scores.amax(1).sum(), kept[0])
    maps = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1)).detach()
    return maps / maps.amax((1, 2), keepdim=True)
