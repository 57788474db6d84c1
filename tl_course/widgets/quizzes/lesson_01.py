"""Check yourself, lesson 01: frozen backbones, modes, caches, and a fair opponent."""

from tl_course.widgets.quizzes.questions import Question

QUESTIONS = (
    Question(
        "You set `requires_grad = False` on every parameter of a backbone with BatchNorm, call "
        "`model.train()` and train the new head for an epoch. Which numbers of the backbone have changed?",
        several=True,
        right={
            "the running means of BatchNorm": (
                "They are no parameters: in train mode each forward pass moves them. `freeze` keeps these "
                "layers in eval mode."
            ),
            "the running variances of BatchNorm": (
                "They move along with the means, in each forward pass in train mode. No optimizer is "
                "involved."
            ),
        },
        wrong={
            "the weights of the convolutions": (
                "They are parameters. Without a gradient the optimizer passes over them."
            ),
            "the scales and shifts of BatchNorm": (
                "These are parameters of the layer, and frozen like all others. What moves is what the "
                "layer measures."
            ),
        },
    ),
    Question(
        "The same weights and the same validation pictures give 0.30 in batches of 32, and 0.24 in batches "
        "of 8. Which line was forgotten?",
        right={
            "model.eval() before the loop": (
                "In train mode BatchNorm normalises a picture by whatever shares its batch, so the answer "
                "depends on the company."
            ),
        },
        wrong={
            "torch.inference_mode() around the loop": (
                "It keeps autograd from storing what nobody needs. It saves memory and changes no answer."
            ),
            "optimizer.zero_grad() in the loop": (
                "Old gradients matter to the next step, and an evaluation takes none."
            ),
            "shuffle=True in the loader": (
                "It would mix the classes of a batch and hide the trouble. With the right mode neither the "
                "order nor the size of a batch matters."
            ),
        },
    ),
    Question(
        "In the notebook a classifier reaches 0.77. In an app, with the same weights and on the same "
        "picture files, it reaches 0.42, without any error. Where do you look first?",
        right={
            "how the app resizes and normalises": (
                "The transform belongs to the weights, and a network answers wrongly prepared pictures "
                "without a warning. In the pocket profile either mistake costs over thirty points."
            ),
        },
        wrong={
            "whether its head was trained for enough epochs": (
                "The weights are the same, so the training is the same. Something differs before the network."
            ),
            "whether it sends pictures one by one": (
                "In eval mode an answer does not depend on what else is in the batch."
            ),
            "whether it turns off autograd while it answers": (
                "Autograd's notes cost memory. They change no answer."
            ),
        },
    ),
    Question(
        "You cache features, fit a head, add random flips to the data set's transform, and fit the head "
        "again on the cached features with the same seed. The losses are the same to the last digit. Why?",
        right={
            "the flipped pictures never went through the backbone": (
                "The cache holds the features of one version of each picture. A flipped picture is another "
                "input, and only the backbone can say what its features are."
            ),
        },
        wrong={
            "flipping does not change the features of a convolution": (
                "It does: a filter for edges that are light on the left finds other places. Nobody asked "
                "it to."
            ),
            "over sixty epochs the flips cancel each other out": (
                "Then the losses would be alike, not equal to the last digit. The head saw the very same "
                "numbers."
            ),
            "a linear head is too simple to make use of flips": (
                "Given other features it would learn other weights, linear or not. It was given the same "
                "ones."
            ),
        },
    ),
    Question(
        "With 20 pictures a class a head reaches 0.69 on a pretrained frozen backbone, and 0.17, which is "
        "chance, on the same backbone with random weights. What does the second run add to the first?",
        right={
            "that the gain comes from pretraining and not from the architecture": (
                "Both see the same pictures through the same layers. What separates them is what "
                "pretraining put into the weights."
            ),
        },
        wrong={
            "that random weights let nothing of a picture through": (
                "Random feature maps are not empty: in some the whole object can be seen. What they lack "
                "is anything that separates the classes for a linear head."
            ),
            "that six classes are too many for a head with 20 pictures a class": (
                "The first run has the same head, classes and pictures, and reaches 0.69."
            ),
            "that random weights would have needed more epochs": (
                "The backbone is frozen, so its features stay what they are. More epochs train the head "
                "alone."
            ),
        },
    ),
    Question(
        "A colleague trains ten heads and reports the highest of their ten validation accuracies as the "
        "result. None was trained on validation pictures. What is wrong with it?",
        right={
            "the pictures that chose can no longer measure": (
                "The highest of ten noisy numbers is high by luck in part. Test pictures, used once, have "
                "chosen nothing."
            ),
        },
        wrong={
            "ten heads are too few for a fair choice": (
                "More heads give luck more chances, and the number would be further off."
            ),
            "the highest should be reported with its interval": (
                "An interval tells how noisy one number is. It does not take back that the luckiest was "
                "picked."
            ),
            "nothing, since no head has trained on them": (
                "There is more than one way to use pictures up: these have made the choice."
            ),
        },
    ),
)
