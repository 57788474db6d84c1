"""Check yourself, lesson 03: heads, sizes, costs, and how to choose."""

from tl_course.widgets.quizzes.questions import Question

QUESTIONS = (
    Question(
        "Somebody writes `model.fc = nn.Linear(1024, 6)` for a MobileNet and trains all of it on six "
        "classes. No error appears, and the training loss falls. What has become of the new layer?",
        right={
            "it was never called: the old head has learned the labels": (
                "The forward pass does not know `fc`. Of its 1000 outputs the old head uses six; the shape "
                "of one output would have told."
            ),
        },
        wrong={
            "it has learned the labels, or the loss would not fall": (
                "The loss falls without it: the old head learns to answer with six of its 1000 outputs."
            ),
            "it runs after the old head, which feeds it 1000 scores": (
                "Then its 1024 inputs would not fit, and there would be an error. Nothing calls it."
            ),
            "it was called, but it is frozen as long as nobody unfreezes it": (
                "A new layer comes with `requires_grad = True`. That helps only where the forward pass "
                "meets it."
            ),
        },
    ),
    Question(
        "Pictures of half the size: the ResNet answers, with worse results; the vision transformer raises "
        "an error. What in the transformer is bound to the size?",
        right={
            "a learned vector for each place": (
                "Another number of patches has no vectors. A convolution slides over any size, and the "
                "average at the end takes any map."
            ),
        },
        wrong={
            "a head that reads one number a pixel": (
                "Its head reads features, as many as before. The error comes earlier, where patches get "
                "their positions."
            ),
            "a normalisation by mean and deviation": (
                "Mean and deviation are numbers a channel. A wrong normalisation raises no error anywhere."
            ),
            "a patch that covers half of the picture": (
                "A patch has a fixed number of pixels. What changes is how many patches there are."
            ),
        },
    ),
    Question(
        "In five seeds with 20 pictures a class an MLP leads the linear head by -0.9 points, standard "
        "error 0.9; with all pictures by +2.4, standard error 0.5. What do you conclude?",
        right={
            "with all pictures the hidden layer earns its place": (
                "+2.4 is nearly five standard errors. -0.9 is one, so at 20 a class nothing is shown, and "
                "the simpler head will do."
            ),
        },
        wrong={
            "at 20 pictures a class the MLP is shown to overfit": (
                "-0.9 is one standard error. That may be chance; it shows neither loss nor gain."
            ),
            "five seeds are too few to conclude anything from": (
                "For the gap of -0.9 they are. The one of +2.4 stands clear of its error of 0.5."
            ),
            "the MLP is the better head: it won more than it lost": (
                "These are two situations. What it brings with all pictures does not help you at 20 a class."
            ),
        },
    ),
    Question(
        "On your laptop network A needs 8 million multiply-adds and 0.64 ms an image, network B 16 million "
        "and 0.39 ms. The app will run on phones. What decides between their costs?",
        right={
            "milliseconds, measured anew on a phone of this kind": (
                "Time depends on the processor, on memory, and on how well each operation is implemented "
                "there."
            ),
        },
        wrong={
            "multiply-adds, which are the same on every machine": (
                "They are exact and nobody waits for them. Your own laptop shows that half of them can "
                "take longer."
            ),
            "the laptop's milliseconds, which are a real wait": (
                "A real wait on this laptop. On another machine the order may change."
            ),
            "the number of parameters, which a phone has to hold": (
                "That may rule a network out. It does not say which of two that fit is quicker."
            ),
        },
    ),
    Question(
        "In the table of torchvision's weights one network is outside the Pareto front: another is cheaper "
        "and has a higher ImageNet accuracy. Which is a reason to take it all the same?",
        right={
            "its weights come from pictures like yours": (
                "The front knows ImageNet alone. Weights from a similar source task are worth more than a "
                "better place in that table."
            ),
        },
        wrong={
            "it is less than one point below the front": (
                "Then one that is cheaper and better by these numbers is close by. A small loss is still "
                "no gain."
            ),
            "it has more parameters than the one that beats it": (
                "More parameters cost memory. What they are worth is the accuracy, and that is lower."
            ),
            "it comes from a newer family of networks": (
                "Age is no measure. The numbers rank weights, and by both numbers another set is ahead."
            ),
        },
    ),
    Question(
        "Without normalisation network A loses 5 points. What will network B lose, which has BatchNorm "
        "after its first convolution?",
        right={
            "nobody knows before it has been measured on B itself": (
                "Each network reacts in its own way to shifted inputs. Better still: take the transform "
                "from B's weights."
            ),
        },
        wrong={
            "nothing: its BatchNorm normalises the pictures anew": (
                "In eval mode BatchNorm uses stored statistics, those of well prepared pictures. "
                "`pocket_resnet` has such a layer, and loses over thirty points."
            ),
            "nothing: it would raise an error beforehand": (
                "The shapes fit, so no network complains. A wrong normalisation is silent everywhere."
            ),
            "about 5 points: it is the same mistake in both": (
                "The same mistake costs one network little and another much, as the figure of this lesson "
                "shows."
            ),
        },
    ),
)
