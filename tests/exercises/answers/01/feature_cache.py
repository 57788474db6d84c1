# %% right: lists, joined at the end
def cache_features(backbone, loader):
    mode = backbone.training
    backbone.eval()
    features, labels = [], []
    for images, batch_labels in loader:
        features.append(backbone(images).detach().cpu())
        labels.append(batch_labels)
    backbone.train(mode)
    return torch.cat(features), torch.cat(labels)


# %% right: filled row by row, with a copy of the backbone
def cache_features(backbone, loader):
    still = copy.deepcopy(backbone).eval()
    rows, labels = [], []
    with torch.no_grad():
        for images, batch_labels in loader:
            rows.extend(still(images))
            labels.extend(batch_labels.tolist())
    return [torch.stack(rows), torch.tensor(labels)]


# %% wrong: keeps the graph
# hint: The features still hang on the backbone's graph
def cache_features(backbone, loader):
    mode = backbone.training
    backbone.eval()
    pairs = [(backbone(images), labels) for images, labels in loader]
    backbone.train(mode)
    return torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])


# %% wrong: joined in inference mode
# hint: no head can train on such a tensor
@torch.inference_mode()
def cache_features(backbone, loader):
    mode = backbone.training
    backbone.eval()
    pairs = [(backbone(images), labels) for images, labels in loader]
    backbone.train(mode)
    return torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])


# %% wrong: train mode
# hint: The pass was made in train mode
@torch.no_grad()
def cache_features(backbone, loader):
    pairs = [(backbone(images), labels) for images, labels in loader]
    return torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])


# %% wrong: lists of batches
# hint: The batches were not joined
@torch.no_grad()
def cache_features(backbone, loader):
    backbone.eval()
    features, labels = [], []
    for images, batch_labels in loader:
        features.append(backbone(images))
        labels.append(batch_labels)
    return features, labels


# %% wrong: a shuffled loader of its own
# hint: The features are right but in another order
@torch.no_grad()
def cache_features(backbone, loader):
    backbone.eval()
    own = DataLoader(loader.dataset, batch_size=64, shuffle=True)
    pairs = [(backbone(images), labels) for images, labels in own]
    return torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])


# %% wrong: the labels come from a second pass
# hint: The pictures were gone through more than once
@torch.no_grad()
def cache_features(backbone, loader):
    mode = backbone.training
    backbone.eval()
    features = torch.cat([backbone(images) for images, _ in loader])
    labels = torch.cat([labels for _, labels in loader])
    backbone.train(mode)
    return features, labels


# %% wrong: keeps the last batch only
# hint: Only the last batch is left
@torch.no_grad()
def cache_features(backbone, loader):
    mode = backbone.training
    backbone.eval()
    for images, labels in loader:
        features = backbone(images)
    backbone.train(mode)
    return features, labels


# %% wrong: leaves the backbone in eval mode
# hint: Put the backbone back into the mode
@torch.no_grad()
def cache_features(backbone, loader):
    backbone.eval()
    pairs = [(backbone(images), labels) for images, labels in loader]
    return torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])


# %% wrong: arrays
# hint: This is not a tensor
@torch.no_grad()
def cache_features(backbone, loader):
    mode = backbone.training
    backbone.eval()
    pairs = [(backbone(images), labels) for images, labels in loader]
    backbone.train(mode)
    features, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    return features.numpy(), labels.numpy()


# %% wrong: labels as an array
# hint: Labels: This is not a tensor
@torch.no_grad()
def cache_features(backbone, loader):
    mode = backbone.training
    backbone.eval()
    pairs = [(backbone(images), labels) for images, labels in loader]
    backbone.train(mode)
    features, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    return features, labels.numpy()


# %% wrong: labels as floats
# hint: Labels: Keep the labels whole numbers
@torch.no_grad()
def cache_features(backbone, loader):
    mode = backbone.training
    backbone.eval()
    pairs = [(backbone(images), labels) for images, labels in loader]
    backbone.train(mode)
    features, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    return features, labels.float()


# %% wrong: labels as one flat list
# hint: Labels: This is a list with an entry a picture
@torch.no_grad()
def cache_features(backbone, loader):
    mode = backbone.training
    backbone.eval()
    pairs = [(backbone(images), labels) for images, labels in loader]
    backbone.train(mode)
    features, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    return features, labels.tolist()


# %% wrong: the pair swapped
# hint: The two are swapped
@torch.no_grad()
def cache_features(backbone, loader):
    mode = backbone.training
    backbone.eval()
    pairs = [(backbone(images), labels) for images, labels in loader]
    backbone.train(mode)
    features, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    return labels, features


# %% wrong: half precision
# hint: Keep the features in the type
@torch.no_grad()
def cache_features(backbone, loader):
    mode = backbone.training
    backbone.eval()
    pairs = [(backbone(images), labels) for images, labels in loader]
    backbone.train(mode)
    features, labels = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    return features.half(), labels


# %% wrong: return inside the loop
# hint: Only the first batch is there
@torch.no_grad()
def cache_features(backbone, loader):
    mode = backbone.training
    backbone.eval()
    features, targets = [], []
    for images, labels in loader:
        features.append(backbone(images))
        targets.append(labels)
        backbone.train(mode)
        return torch.cat(features), torch.cat(targets)
