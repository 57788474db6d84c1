"""Check yourself, lesson 05: how a map is made, how it is tested, and what it leaves open."""

from tl_course.widgets.quizzes.questions import Question

QUESTIONS = (
    Question(
        'The backbone is frozen, the head trains. Grad-CAM stops: "cannot register a hook on a tensor that '
        "doesn't require gradient\". Which line cures it and leaves the training as it is?",
        right={
            "image.requires_grad_()": (
                "Something below the maps has to ask for a gradient, and the picture is the cheapest such "
                "thing."
            ),
        },
        wrong={
            "model.train()": (
                "The mode is about BatchNorm and dropout. No tensor asks for a gradient because of it."
            ),
            'tl.unfreeze(model, "head")': (
                "The head lies above the maps. They need a gradient when something below them asks for one."
            ),
            "torch.set_grad_enabled(True)": (
                "Gradients are on already. Nobody below the maps asks for one, so no graph is built there."
            ),
        },
    ),
    Question(
        "At the last layer of a ResNet the maps of Grad-CAM and HiResCAM are the same to the digit, one "
        "stage below they are not. What is special about the last?",
        right={
            "each map has one gradient, which is the same at every place": (
                "Only an average and a linear head follow. So a weight by the mean and a weight place by "
                "place are the same weight."
            ),
        },
        wrong={
            "its units know the classes, so both find the same": (
                "Two methods that agree on what they find would still differ in digits. Here the two "
                "formulas become one."
            ),
            "its maps are a few squares wide, too coarse to differ": (
                "Other methods do differ on these few squares. And one stage below the agreement is gone."
            ),
            "its gradients are all positive, so nothing is cut": (
                "Gradients there have both signs: a class has positive and negative weights in the head."
            ),
        },
    ),
    Question(
        "In the pointing game a method scores 0.62, the centre 0.71, chance 0.25. You move each animal out "
        "of the middle: the method scores 0.50, the centre 0.25. What follows?",
        right={
            "the maps know the place; the first test was blind to that": (
                "With the animal in the middle a blob is hard to beat. Moved away, the method stays at "
                "twice the blob's score."
            ),
        },
        wrong={
            "the maps are not about the place: they have lost as well": (
                "They have lost a part, and the centre everything. The network itself answers worse after "
                "the move."
            ),
            "the centre was the wrong baseline for the first test": (
                "It was the right one: it showed that a score of 0.62 can be had without a look at the "
                "picture."
            ),
            "a blob explains such photos better than the method does": (
                "It points better there. It has seen neither the picture nor the network, and explains "
                "nothing."
            ),
        },
    ),
    Question(
        "Weights are made random from the head downwards. A method's maps hardly change until the stem is "
        "random too; then they are no nearer to their originals than another picture's maps. What do its "
        "maps show?",
        right={
            "the picture, and what the stem makes of it": (
                "All that was learned above was gone long before the maps changed. `layercam` behaved like "
                "this."
            ),
        },
        wrong={
            "what head and deep stages have learned": (
                "These were random first, and the maps stayed. A map of what they know would have changed "
                "with them."
            ),
            "the class, in a way that is robust to noise": (
                "A random head knows no class. What survives it cannot be about one."
            ),
            "nothing at all: they are noise from the start": (
                "Noise would not stay the same while weights are replaced, nor change when the stem goes."
            ),
        },
    ),
    Question(
        "For all classes your maps lie on the animal, and nowhere else. Which shortcuts may the classifier "
        "take all the same?",
        several=True,
        right={
            "the collars that only the dogs wear": (
                "A collar lies on the dog. A map shows a place, and not what was seen there."
            ),
            "a colour cast in all pictures of cats": (
                "A cast is everywhere, on the animal as well. Evidence without a place is drawn nowhere in "
                "particular."
            ),
        },
        wrong={
            "a tag in the corner of the pictures of horses": (
                "Then the maps of horses would leave the animal for the corner. That is what gave the "
                "suspect away."
            ),
            "the water around every fish": (
                "Evidence around the animal would draw the maps there. Maps on the animal speak against it."
            ),
        },
    ),
    Question(
        "A classifier reaches 0.91 on held-out test pictures. Take a small tag out of the pictures of one "
        "class, and it finds 8 % of that class. Why had the test not warned?",
        right={
            "the test pictures had the same flaw as the training pictures": (
                "A held-out set shows whether pictures were learned by heart. A shortcut that works there "
                "too goes unseen."
            ),
        },
        wrong={
            "the test pictures were too few to show so small a thing": (
                "The same pictures show it at once when the tag is taken out. More of the same kind would "
                "not."
            ),
            "the classifier had learned the test pictures by heart": (
                "It never trained on them. What it learned, the tag, holds for them as well."
            ),
            "the test pictures had been used to choose the classifier": (
                "Choosing flatters a number by a few points. Here the number was true, for pictures with "
                "tags."
            ),
        },
    ),
)
