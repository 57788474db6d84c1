# %% right: the hook makes the maps a leaf of their own
def frozen_grad_cam(model, image, target, layer):
    kept = []

    def keep(module, inputs, output):
        kept.append(output.detach().requires_grad_())
        return kept[0]

    with layer.register_forward_hook(keep):
        score = model(image[None])[0, target]
    (gradient,) = torch.autograd.grad(score, kept[0])
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return (cam / cam.max()).numpy()


# %% right: subtracts the lowest pixel, which is 0 here
def frozen_grad_cam(model, image, target, layer):
    found = grad_cam_with_a_bug(model, image.detach().clone().requires_grad_(), target, layer)
    return (found - found.min()) / (found.max() - found.min())


# %% right: thaws the model for the pass and freezes it again
def frozen_grad_cam(model, image, target, layer):
    flags = [parameter.requires_grad for parameter in model.parameters()]
    model.requires_grad_(True)
    found = grad_cam_with_a_bug(model, image, target, layer)
    for parameter, flag in zip(model.parameters(), flags):
        parameter.requires_grad_(flag)
    return found


# %% right: hands a marked copy to the function with the bug
def frozen_grad_cam(model, image, target, layer):
    return grad_cam_with_a_bug(model, image.detach().clone().requires_grad_(), target, layer)


# %% wrong: the bug as given
# hint: On a frozen model it still stops
def frozen_grad_cam(model, image, target, layer):
    return grad_cam_with_a_bug(model, image, target, layer)


# %% wrong: thaws the model for good
# hint: The model comes back with other parameters frozen
def frozen_grad_cam(model, image, target, layer):
    model.requires_grad_(True)
    return grad_cam_with_a_bug(model, image, target, layer)


# %% wrong: marks the caller's own picture
# hint: mark a copy of it
def frozen_grad_cam(model, image, target, layer):
    image.requires_grad_()
    return grad_cam_with_a_bug(model, image, target, layer)


# %% wrong: backward instead of the gradient at the maps
# hint: The parameters' own gradients were touched
def frozen_grad_cam(model, image, target, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["maps"] = output
        output.register_hook(lambda gradient: kept.update(gradient=gradient))

    with layer.register_forward_hook(keep):
        scores = model(image[None].clone().requires_grad_())
    scores[0, target].backward()
    cam = F.relu((kept["gradient"].mean((2, 3), keepdim=True) * kept["maps"]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return cam / cam.max()


# %% wrong: a gradient of zeros where there is none
# hint: The map is zero everywhere
def frozen_grad_cam(model, image, target, layer):
    kept = []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        score = model(image[None])[0, target]
    gradient = torch.zeros_like(kept[0])
    if kept[0].requires_grad:
        (gradient,) = torch.autograd.grad(score, kept[0])
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return cam / (cam.max() + 1e-12)


# %% wrong: the gradient at the picture instead of that at the maps
# hint: The map is not the one that the free model gives
def frozen_grad_cam(model, image, target, layer):
    picture = image[None].clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(picture)[0, target], picture)
    cam = gradient.abs().sum(1)[0]
    return cam / cam.max()


# %% wrong: not stretched
# hint: stretched as in the function above
def frozen_grad_cam(model, image, target, layer):
    kept = []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        score = model(image[None].clone().requires_grad_())[0, target]
    (gradient,) = torch.autograd.grad(score, kept[0])
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1))[0].detach()
    return cam / cam.max()


# %% wrong: freezes everything at the end, whatever it was
# hint: to be free as before, got it frozen
def frozen_grad_cam(model, image, target, layer):
    model.requires_grad_(True)
    found = grad_cam_with_a_bug(model, image, target, layer)
    model.requires_grad_(False)
    return found
