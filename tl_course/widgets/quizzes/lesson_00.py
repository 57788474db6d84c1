"""Check yourself, lesson 00: what is transferred, and what a number is worth."""

from tl_course.widgets.quizzes.questions import Question

QUESTIONS = (
    Question(
        "A network was trained on 57 kinds of things. You have pictures of six animals. What has to be new "
        "before it can name them?",
        right={
            "the head, which has one output for each thing": (
                "The head gives one score a class, and the classes are others now. The backbone can stay "
                "as it is, or train on."
            ),
        },
        wrong={
            "the first layers, which were made for pictures of things": (
                "They answer to edges and colours, which mugs and animals share. That is what you want to "
                "keep."
            ),
            "all layers, since the two tasks share no class": (
                "Then nothing would be transferred. What the tasks share lies below the level of names: "
                "outlines, surfaces, round and pointed parts."
            ),
            "nothing, if the training goes on for long enough": (
                "The outputs are 57 scores for things, however long you train. None of them means ant, "
                "and you want six."
            ),
        },
    ),
    Question(
        "The weights' card says that no animal was in the source task. Your classifier of animals does "
        "well. What does the card rule out?",
        right={
            "that the backbone recalls these classes": (
                "It cannot remember what it never met, so what helped must be in the features. With "
                "animals in the source task you could not tell the two apart."
            ),
        },
        wrong={
            "that the head has learned its pictures by heart": (
                "The card is about the backbone's training. A head can overfit whatever the source task "
                "was; validation pictures tell."
            ),
            "that the result is a matter of luck": (
                "How far luck may go is told by the interval, that is by the number of pictures. The card "
                "knows nothing of them."
            ),
            "that the source task was an easy one": (
                "A list of classes does not say how hard they are. It says what the network may have seen."
            ),
        },
    ),
    Question(
        "Two classifiers are measured on the same 180 validation pictures: 0.71 and 0.74, each with an "
        "interval of 0.07 to either side. Which one is better?",
        right={
            "nobody can tell from these pictures": (
                "The gap is about five pictures of 180, well within both intervals. On another 180 it may "
                "be the other way round."
            ),
        },
        wrong={
            "the second, by three points": (
                "Three points are about five pictures here. The intervals say that so small a gap may be "
                "chance."
            ),
            "neither, the two are equally good": (
                "That is not shown either. One may be better by several points, and this test would not "
                "see it."
            ),
            "the second, if both were trained alike": (
                "Equal training makes the comparison fair, not exact. What is uncertain here is the "
                "measurement, on 180 pictures."
            ),
        },
    ),
    Question(
        "Trained from scratch on 120 pictures of six classes, a network names all 120 right and 22 % of "
        "the validation pictures. What would 100 more epochs bring?",
        right={
            "hardly anything: there is nothing left to learn from these 120": (
                "It knows them by heart, which is overfitting. What is missing is pictures, or a backbone "
                "that has seen more of them."
            ),
        },
        wrong={
            "a slow rise: it starts from nothing, so it takes longer": (
                "Its training accuracy is 100 % already. It has arrived, at these pictures and not at the "
                "task."
            ),
            "the level of a pretrained network, only much later": (
                "A hundred pictures or so do not teach what an edge is, however often they are shown. The "
                "pretrained backbone brought that along."
            ),
            "a fall to chance: it begins to forget what it knew": (
                "Nothing in the training pushes that way: the same 120 pictures go on being fitted. And it "
                "is near chance as it is, which is 17 %."
            ),
        },
    ),
    Question(
        "A frozen backbone of 926,424 numbers ends in a new head, `nn.Linear(240, 6)`. What does "
        "`count_trainable(model)` have to return?",
        right={
            "1,446": (
                "240 weights for each of 6 classes, and a bias for each class. That is a six-hundredth of "
                "the network, which is why so few pictures are enough."
            ),
        },
        wrong={
            "1,440": (
                "These are the weights alone: 240 for each of 6 classes. The head has a bias a class as well."
            ),
            "2": (
                "That counts tensors: a weight and a bias. What trains are the numbers in them, see "
                "`.numel()`."
            ),
            "927,870": (
                "These are all numbers of the network. The frozen ones have `requires_grad = False`, and "
                "training leaves them alone."
            ),
        },
    ),
)
