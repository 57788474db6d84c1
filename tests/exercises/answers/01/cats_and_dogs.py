# %% right: a loop over the head, on features taken by hand
def classify(train, pictures):
    torch.manual_seed(0)
    model = tl.load_backbone("pocket_resnet", num_classes=2)
    head, model.fc = model.fc, nn.Identity()
    with torch.no_grad():
        known, unseen = model(torch.stack([image for image, _ in train])), model(pictures)
    labels = torch.tensor([label for _, label in train])
    optimizer = torch.optim.Adam(head.parameters(), lr=1e-2)
    for _ in range(60):
        optimizer.zero_grad()
        F.cross_entropy(head(known), labels).backward()
        optimizer.step()
    return head(unseen)[:, 1] > head(unseen)[:, 0]


# %% right: the nearest mean of a class, without any training
def classify(train, pictures):
    backbone = tl.load_backbone("pocket_mobilenet")
    backbone.classifier = nn.Identity()
    images = torch.stack([image for image, _ in train])
    labels = torch.tensor([label for _, label in train])
    with torch.no_grad():
        known, unseen = F.normalize(backbone(images)), F.normalize(backbone(pictures))
    means = torch.stack([known[labels == label].mean(0) for label in (0, 1)])
    return torch.cdist(unseen, means).argmin(1).tolist()


# %% wrong: a frozen backbone with random weights
# hint: hardly better than guessing
def classify(train, pictures):
    torch.manual_seed(0)
    model = tl.freeze(tl.load_backbone("pocket_resnet", 2, weights=None))
    tl.fit_head(tl.cache_features(model, train, progress=False), epochs=60, progress=False)
    with torch.inference_mode():
        return model(pictures).argmax(1)


# %% wrong: always says dog
# hint: All pictures of a round got the same answer
def classify(train, pictures):
    return torch.ones(len(pictures), dtype=torch.long)


# %% wrong: logits
# hint: These are scores
def classify(train, pictures):
    model = tl.freeze(tl.load_backbone("pocket_resnet", 2))
    with torch.inference_mode():
        return model(pictures)


# %% wrong: names
# hint: the number 0 for a cat or 1 for a dog
def classify(train, pictures):
    return ["cat"] * len(pictures)


# %% wrong: one answer
# hint: Return one answer for each of the unseen pictures
def classify(train, pictures):
    return 1


# %% wrong: cats and dogs swapped
# hint: cats and dogs are swapped
def classify(train, pictures):
    torch.manual_seed(0)
    model = tl.freeze(tl.load_backbone("pocket_resnet", 2))
    tl.fit_head(tl.cache_features(model, train, progress=False), epochs=60, progress=False)
    with torch.inference_mode():
        return 1 - model(pictures).argmax(1)
