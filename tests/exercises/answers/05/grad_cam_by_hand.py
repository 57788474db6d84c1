# %% right: a backward hook of the module, numpy for the rest
def grad_cam_by_hand(model, image, target, layer):
    before = [parameter.grad for parameter in model.parameters()]
    mode, kept = model.training, {}
    hooks = [
        layer.register_forward_hook(lambda m, i, output: kept.update(maps=output[0].detach())),
        layer.register_full_backward_hook(lambda m, i, output: kept.update(gradient=output[0][0])),
    ]
    for parameter in model.parameters():
        parameter.grad = None
    model.eval()(image[None])[0, target].backward()
    for parameter, gradient in zip(model.parameters(), before):
        parameter.grad = gradient
    for hook in hooks:
        hook.remove()
    model.train(mode)
    cam = (kept["gradient"].mean((1, 2))[:, None, None] * kept["maps"]).sum(0).clamp(min=0)
    cam = F.interpolate(cam[None, None], image.shape[1:], mode="bilinear").numpy()[0, 0]
    cam = cam - cam.min()
    return cam / cam.max() if cam.max() > 0 else cam


# %% right: works on a copy
def grad_cam_by_hand(model, image, target, layer):
    import copy

    name = next(name for name, module in model.named_modules() if module is layer)
    copied, kept = copy.deepcopy(model).eval(), []
    copied.get_submodule(name).register_forward_hook(lambda m, i, output: kept.append(output))
    score = copied(image.unsqueeze(0))[0, target]
    gradient = torch.autograd.grad(score, kept[0])[0]
    cam = torch.einsum("c,chw->hw", gradient[0].mean((1, 2)), kept[0][0]).detach().relu()
    cam = cam / (cam.max() + 1e-9)
    cam = F.interpolate(cam[None, None], image.shape[1:], mode="bilinear", align_corners=False).squeeze()
    return (cam - cam.min()) / (cam.max() - cam.min() + 1e-9)


# %% wrong: softmax before the gradient
# hint: Ask for the score before softmax
def grad_cam_by_hand(model, image, target, layer):
    mode, kept = model.training, []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model.eval()(image[None]).softmax(1)
    model.train(mode)
    (gradient,) = torch.autograd.grad(scores[0, target], kept[0])
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return (cam - cam.min()) / (cam.max() - cam.min()).clamp(min=1e-12)


# %% wrong: the gradient of the loss
# hint: The gradient is a loss's
def grad_cam_by_hand(model, image, target, layer):
    mode, kept = model.training, []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        loss = F.cross_entropy(model.eval()(image[None]), torch.tensor([target]))
    model.train(mode)
    (gradient,) = torch.autograd.grad(loss, kept[0])
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return (cam - cam.min()) / (cam.max() - cam.min()).clamp(min=1e-12)


# %% wrong: nothing is cut
# hint: What speaks against the class is still in the map
def grad_cam_by_hand(model, image, target, layer):
    mode, kept = model.training, []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model.eval()(image[None])
    model.train(mode)
    (gradient,) = torch.autograd.grad(scores[0, target], kept[0])
    cam = (gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1, keepdim=True).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return (cam - cam.min()) / (cam.max() - cam.min()).clamp(min=1e-12)


# %% wrong: the mean over the channels
# hint: The gradient's mean is over the wrong axes
def grad_cam_by_hand(model, image, target, layer):
    mode, kept = model.training, []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model.eval()(image[None])
    model.train(mode)
    (gradient,) = torch.autograd.grad(scores[0, target], kept[0])
    cam = F.relu((gradient.mean(1, keepdim=True) * kept[0]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return (cam - cam.min()) / (cam.max() - cam.min()).clamp(min=1e-12)


# %% wrong: no mean at all
# hint: That is HiResCAM
def grad_cam_by_hand(model, image, target, layer):
    mode, kept = model.training, []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model.eval()(image[None])
    model.train(mode)
    (gradient,) = torch.autograd.grad(scores[0, target], kept[0])
    cam = F.relu((gradient * kept[0]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return (cam - cam.min()) / (cam.max() - cam.min()).clamp(min=1e-12)


# %% wrong: the class that the model gives
# hint: another class than the one asked for
def grad_cam_by_hand(model, image, target, layer):
    mode, kept = model.training, []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model.eval()(image[None])
    model.train(mode)
    (gradient,) = torch.autograd.grad(scores.max(), kept[0])
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return (cam - cam.min()) / (cam.max() - cam.min()).clamp(min=1e-12)


# %% wrong: a pass in train mode
# hint: The forward pass ran in train mode
def grad_cam_by_hand(model, image, target, layer):
    kept = []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model(image[None])
    (gradient,) = torch.autograd.grad(scores[0, target], kept[0])
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return (cam - cam.min()) / (cam.max() - cam.min()).clamp(min=1e-12)


# %% wrong: the map of the lesson, which leaves gradients and eval mode behind
# hint: The parameters' own gradients were touched
def grad_cam_by_hand(model, image, target, layer):
    kept = {}

    def keep(module, inputs, output):
        kept["maps"] = output
        output.register_hook(lambda gradient: kept.update(gradient=gradient))

    with layer.register_forward_hook(keep):
        scores = model.eval()(image[None])
    scores[0, target].backward()
    cam = F.relu((kept["gradient"].mean((2, 3), keepdim=True) * kept["maps"]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return (cam - cam.min()) / (cam.max() - cam.min()).clamp(min=1e-12)


# %% wrong: the hook stays
# hint: A hook is left behind
def grad_cam_by_hand(model, image, target, layer):
    mode, kept = model.training, []
    layer.register_forward_hook(lambda module, inputs, output: kept.append(output))
    scores = model.eval()(image[None])
    model.train(mode)
    (gradient,) = torch.autograd.grad(scores[0, target], kept[0])
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return (cam - cam.min()) / (cam.max() - cam.min()).clamp(min=1e-12)


# %% wrong: always back to train mode
# hint: Put the model back into the mode
def grad_cam_by_hand(model, image, target, layer):
    kept = []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model.eval()(image[None])
    model.train()
    (gradient,) = torch.autograd.grad(scores[0, target], kept[0])
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return (cam - cam.min()) / (cam.max() - cam.min()).clamp(min=1e-12)


# %% wrong: zero divided by zero
# hint: mind the division
def grad_cam_by_hand(model, image, target, layer):
    mode, kept = model.training, []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model.eval()(image[None])
    model.train(mode)
    (gradient,) = torch.autograd.grad(scores[0, target], kept[0])
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return (cam - cam.min()) / (cam.max() - cam.min())


# %% wrong: not scaled
# hint: lowest pixel 0, highest 1
def grad_cam_by_hand(model, image, target, layer):
    mode, kept = model.training, []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model.eval()(image[None])
    model.train(mode)
    (gradient,) = torch.autograd.grad(scores[0, target], kept[0])
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1, keepdim=True)).detach()
    return F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0] / 10


# %% wrong: not stretched
# hint: Stretch the map to the picture's size
def grad_cam_by_hand(model, image, target, layer):
    mode, kept = model.training, []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model.eval()(image[None])
    model.train(mode)
    (gradient,) = torch.autograd.grad(scores[0, target], kept[0])
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1))[0].detach()
    return (cam - cam.min()) / (cam.max() - cam.min()).clamp(min=1e-12)


# %% wrong: cut after stretching
# hint: Cut what is negative before stretching
def grad_cam_by_hand(model, image, target, layer):
    mode, kept = model.training, []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model.eval()(image[None])
    model.train(mode)
    (gradient,) = torch.autograd.grad(scores[0, target], kept[0])
    cam = (gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1, keepdim=True).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0].relu()
    return (cam - cam.min()) / (cam.max() - cam.min()).clamp(min=1e-12)


# %% wrong: divided only
# hint: subtract the lowest pixel before you divide
def grad_cam_by_hand(model, image, target, layer):
    mode, kept = model.training, []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model.eval()(image[None])
    model.train(mode)
    (gradient,) = torch.autograd.grad(scores[0, target], kept[0])
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return cam / cam.max().clamp(min=1e-12)


# %% wrong: a picture of 256 steps
# hint: values from 0 to 1, got 0 to 255
def grad_cam_by_hand(model, image, target, layer):
    mode, kept = model.training, []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model.eval()(image[None])
    model.train(mode)
    (gradient,) = torch.autograd.grad(scores[0, target], kept[0])
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    cam = (cam - cam.min()) / (cam.max() - cam.min()).clamp(min=1e-12)
    return (255 * cam).to(torch.uint8)


# %% wrong: still part of the graph
# hint: return it detached
def grad_cam_by_hand(model, image, target, layer):
    mode, kept = model.training, []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model.eval()(image[None])
    model.train(mode)
    (gradient,) = torch.autograd.grad(scores[0, target], kept[0])
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1, keepdim=True))
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return (cam - cam.min()) / (cam.max() - cam.min()).clamp(min=1e-12)


# %% wrong: shows the map in place of returning it
# hint: is a `return` missing
def grad_cam_by_hand(model, image, target, layer):
    mode, kept = model.training, []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model.eval()(image[None])
    model.train(mode)
    (gradient,) = torch.autograd.grad(scores[0, target], kept[0])
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    print((cam - cam.min()) / (cam.max() - cam.min()).clamp(min=1e-12))


# %% wrong: a list of lists
# hint: as a tensor or an array
def grad_cam_by_hand(model, image, target, layer):
    mode, kept = model.training, []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        scores = model.eval()(image[None])
    model.train(mode)
    (gradient,) = torch.autograd.grad(scores[0, target], kept[0])
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1, keepdim=True)).detach()
    cam = F.interpolate(cam, image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return ((cam - cam.min()) / (cam.max() - cam.min()).clamp(min=1e-12)).tolist()
