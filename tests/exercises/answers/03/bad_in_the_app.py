# %% right: the transform of the weights
def predict(model, weights, picture):
    image = weights.transforms()(picture)
    with torch.no_grad():
        logits = model.eval()(image.unsqueeze(0))
    return int(logits.argmax())


# %% right: every step written out, with the numbers of the weights
def predict(model, weights, picture):
    preset = weights.transforms()
    prepare = v2.Compose(
        [
            v2.PILToTensor(),
            v2.Resize(preset.resize_size, interpolation=preset.interpolation, antialias=True),
            v2.CenterCrop(preset.crop_size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(preset.mean, preset.std),
        ]
    )
    model.eval()
    return model(prepare(picture)[None])[0].argmax()


# %% wrong: the bug as given
# hint: Print the smallest and the largest number
def predict(model, weights, picture):
    return predict_with_a_bug(model, weights, picture)


# %% wrong: the numbers of ImageNet
# hint: Perhaps these are ImageNet's mean and std
def predict(model, weights, picture):
    expected = weights.transforms()
    prepare = v2.Compose(
        [
            v2.Resize(expected.resize_size),
            v2.CenterCrop(expected.crop_size),
            v2.PILToTensor(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    with torch.inference_mode():
        return model.eval()(prepare(picture)[None]).argmax(1).item()


# %% wrong: normalises twice
# hint: Perhaps the picture is normalised twice
def predict(model, weights, picture):
    preset = weights.transforms()
    image = v2.functional.normalize(preset(picture), preset.mean, preset.std)
    with torch.inference_mode():
        return model.eval()(image[None]).argmax(1).item()


# %% wrong: numbers up to 255
# hint: Perhaps the values were not scaled
def predict(model, weights, picture):
    preset = weights.transforms()
    image = v2.functional.pil_to_tensor(picture).float()
    image = v2.functional.center_crop(v2.functional.resize(image, preset.resize_size), preset.crop_size)
    with torch.inference_mode():
        return model.eval()(v2.functional.normalize(image, preset.mean, preset.std)[None]).argmax(1).item()


# %% wrong: the model in train mode
# hint: The model answers in train mode
def predict(model, weights, picture):
    with torch.inference_mode():
        return model(weights.transforms()(picture)[None]).argmax(1).item()


# %% wrong: squeezes the picture
# hint: Perhaps all of the picture goes into the network
def predict(model, weights, picture):
    preset = weights.transforms()
    side = preset.crop_size[0]
    with torch.inference_mode():
        return model.eval()(preset(picture.resize((side, side)))[None]).argmax(1).item()


# %% wrong: crops without resizing
# hint: Perhaps the middle is cut out without resizing first
def predict(model, weights, picture):
    preset = weights.transforms()
    image = v2.functional.center_crop(v2.functional.pil_to_tensor(picture), preset.crop_size)
    image = v2.functional.to_dtype(image, torch.float32, scale=True)
    with torch.inference_mode():
        return model.eval()(v2.functional.normalize(image, preset.mean, preset.std)[None]).argmax(1).item()


# %% wrong: the name of the class
# hint: got 'class
def predict(model, weights, picture):
    model.eval()
    with torch.inference_mode():
        return f"class {model(weights.transforms()(picture)[None]).argmax(1).item()}"


# %% wrong: the lost step typed in, with the default interpolation
# hint: These weights resize with another interpolation
def predict(model, weights, picture):
    expected = weights.transforms()
    prepare = v2.Compose(
        [
            v2.Resize(expected.resize_size),
            v2.CenterCrop(expected.crop_size),
            v2.PILToTensor(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(expected.mean, expected.std),
        ]
    )
    model.eval()
    with torch.inference_mode():
        return model(prepare(picture)[None]).argmax(1).item()


# %% wrong: the scores
# hint: expected an int such as 2, got a tensor of shape
def predict(model, weights, picture):
    with torch.inference_mode():
        return model.eval()(weights.transforms()(picture)[None])


# %% wrong: the lowest score
# hint: or you return another class than the one with the highest score
def predict(model, weights, picture):
    with torch.inference_mode():
        return model.eval()(weights.transforms()(picture)[None]).argmin(1).item()
