# %% right: the transform of the weights
def prepare(image, weights):
    transform = weights.transforms()
    return transform(image.convert("RGB"))


# %% right: by hand, with the numbers of the weights
def prepare(image, weights):
    from torchvision.transforms import v2

    preset = weights.transforms()
    return v2.Compose(
        [
            v2.PILToTensor(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Resize(preset.resize_size, interpolation=preset.interpolation, antialias=True),
            v2.CenterCrop(preset.crop_size),
            v2.Normalize(preset.mean, preset.std),
        ]
    )(image.convert("RGB"))


# %% right: the first three of four channels
def prepare(image, weights):
    import numpy as np
    from PIL import Image

    pixels = np.array(image)
    if pixels.ndim == 2:
        pixels = np.stack([pixels] * 3, axis=2)
    return weights.transforms()(Image.fromarray(pixels[..., :3]))


# %% wrong: the constants of every tutorial
# hint: You used ImageNet's mean and deviation
def prepare(image, weights):
    transform = weights.transforms()
    transform.mean, transform.std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    return transform(image.convert("RGB"))


# %% wrong: 224 pixels for all
# hint: The size is not the one that these weights were trained with
def prepare(image, weights):
    transform = weights.transforms()
    transform.resize_size, transform.crop_size = [256], [224]
    return transform(image.convert("RGB"))


# %% wrong: no normalisation
# hint: These values are not normalised
def prepare(image, weights):
    transform = weights.transforms()
    transform.mean, transform.std = [0.0] * 3, [1.0] * 3
    return transform(image.convert("RGB"))


# %% wrong: 0..255
# hint: The values were not brought from 0..255 to 0..1 first
def prepare(image, weights):
    from torchvision.transforms.v2 import functional

    preset = weights.transforms()
    image = functional.resize(image.convert("RGB"), preset.resize_size, interpolation=preset.interpolation)
    image = functional.center_crop(image, preset.crop_size)
    return functional.normalize(functional.pil_to_tensor(image).float(), preset.mean, preset.std)


# %% wrong: squashed into a square
# hint: The picture was squashed into a square
def prepare(image, weights):
    from torchvision.transforms.v2 import functional

    preset = weights.transforms()
    side = preset.crop_size[0]
    image = image.convert("RGB").resize(
        (side, side), resample=preset.interpolation.value == "bicubic" and 3 or 2
    )
    values = functional.pil_to_tensor(image) / 255
    return functional.normalize(values, preset.mean, preset.std)


# %% wrong: resized to the crop's size
# hint: The picture was resized to the crop's size at once
def prepare(image, weights):
    transform = weights.transforms()
    transform.resize_size = transform.crop_size
    return transform(image.convert("RGB"))


# %% wrong: a batch of one
# hint: without a batch dimension
def prepare(image, weights):
    return weights.transforms()(image.convert("RGB")).unsqueeze(0)


# %% wrong: RGB only
# hint: A grey picture has one channel
def prepare(image, weights):
    return weights.transforms()(image)


# %% wrong: an array
# hint: Return a tensor
def prepare(image, weights):
    return weights.transforms()(image.convert("RGB")).numpy()


# %% wrong: float64
# hint: Numbers of this type do not fit
def prepare(image, weights):
    return weights.transforms()(image.convert("RGB")).double()


# %% wrong: whole numbers
# hint: These are whole numbers
def prepare(image, weights):
    from torchvision.transforms.v2 import functional

    preset = weights.transforms()
    image = functional.resize(image.convert("RGB"), preset.resize_size, interpolation=preset.interpolation)
    return functional.pil_to_tensor(functional.center_crop(image, preset.crop_size))


# %% wrong: transparency on white
# hint: You mixed the picture with a background
def prepare(image, weights):
    from PIL import Image

    if image.mode == "RGBA":
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    return weights.transforms()(image.convert("RGB"))


# %% wrong: transparency on black
# hint: with a background. Drop the alpha channel
def prepare(image, weights):
    from PIL import Image

    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "black"), image)
    return weights.transforms()(image.convert("RGB"))


# %% wrong: the colours lost
# hint: All three channels are the same
def prepare(image, weights):
    return weights.transforms()(image.convert("L").convert("RGB"))


# %% wrong: the default interpolation for all
# hint: The interpolation is not the one of these weights
def prepare(image, weights):
    from torchvision.transforms import v2

    preset = weights.transforms()
    steps = [v2.Resize(preset.resize_size), v2.CenterCrop(preset.crop_size), v2.ToImage()]
    steps += [v2.ToDtype(torch.float32, scale=True), v2.Normalize(preset.mean, preset.std)]
    return v2.Compose(steps)(image.convert("RGB"))
