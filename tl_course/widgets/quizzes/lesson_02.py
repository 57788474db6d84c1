"""Check yourself, lesson 02: what moves, what is lost, and which number to believe."""

from tl_course.widgets.quizzes.questions import Question

QUESTIONS = (
    Question(
        "An optimizer is made from the parameters that train: those of the head. In epoch 3 your own loop "
        "sets `requires_grad = True` on the deepest stage. What does the stage do from then on?",
        right={
            "it gets gradients and stays as it is": (
                "An optimizer moves only what it was given. Make it from all parameters: it passes over "
                "the frozen ones until they have a gradient."
            ),
        },
        wrong={
            "it trains, as the head has done before": (
                "It has gradients now, but nobody who uses them: the optimizer does not know these "
                "parameters."
            ),
            "it stops the run with an error in the next step": (
                "PyTorch says nothing, which makes this mistake expensive. The course's `fit` does."
            ),
            "it trains, once the optimizer has built up its averages": (
                "The optimizer keeps averages for what it was given. It will never take up these parameters."
            ),
        },
    ),
    Question(
        "Full fine-tuning on 120 pictures. At a rate of 0.001: target 0.72, source 0.85. At 0.01: target "
        "0.52, source 0.11. Before, the source accuracy was 0.92. What happened at 0.01?",
        right={
            "features are gone that so few pictures cannot rebuild": (
                "Large steps threw away what pretraining had put there. The target needs it too, and so it "
                "fell along with the source."
            ),
        },
        wrong={
            "the features turned, so the old head no longer fits": (
                "That would lower the source accuracy alone, which is why it is a bound. The new head was "
                "trained on these features, and does badly as well."
            ),
            "the network gave up its source task for the target": (
                "That is the bargain of a middling rate. Here the target has lost twenty points too."
            ),
            "the run overfits: it knows the training pictures by heart": (
                "That shows as a gap between training and unseen pictures. What these numbers show is that "
                "old knowledge is gone."
            ),
        },
    ),
    Question(
        "On the same 360 test pictures fine-tuning leads the head alone by 5.0 points, with a standard "
        "error of 1.8 over the pictures. One run each. Which doubt is left?",
        right={
            "other training seeds may give a different lead": (
                "This error tells how far the pictures may mislead us. How much the training itself varies "
                "is told by seeds alone."
            ),
        },
        wrong={
            "the two intervals overlap, so no lead is shown": (
                "Two intervals ignore that both answered the same pictures. The paired difference is sharper."
            ),
            "a lead of under two standard errors is no lead": (
                "5.0 is nearly three standard errors of 1.8, so on such pictures the lead is shown."
            ),
            "on new pictures either could as well be ahead": (
                "That would be so for a gap within its error. This one is nearly three times as large."
            ),
        },
    ),
    Question(
        "From epoch 9 on the training loss is close to zero, the validation accuracy stays at 0.55, and "
        "the validation loss rises. What does the rise say?",
        right={
            "its wrong answers are given with more confidence": (
                "The same share is wrong, and each costs more loss. The lowest validation loss is what "
                "early stopping keeps."
            ),
        },
        wrong={
            "it gets more and more of the validation pictures wrong": (
                "Then the validation accuracy would fall, and it stays at 0.55."
            ),
            "the learning rate is too high for the loss to settle": (
                "The training loss has settled near zero. The trouble is between seen and unseen pictures."
            ),
            "it forgets the training pictures again": (
                "It knows them better than ever: their loss is close to zero."
            ),
        },
    ),
    Question(
        "Half of the validation pictures choose the best of 30 epochs, and give it 0.66. The other half "
        "gives the same weights 0.59. Which accuracy do you expect on new pictures of this kind?",
        right={
            "about 0.59": (
                "That half chose nothing, so luck had no way in. The gap of seven points is the price of "
                "choosing."
            ),
        },
        wrong={
            "about 0.66": (
                "It is the highest of 30 noisy numbers, and high by luck in part. New pictures bring other "
                "luck."
            ),
            "about 0.62, the mean of both": (
                "The mean still holds half of the luck. Equal halves are not equally honest: one has chosen."
            ),
            "less than 0.59": (
                "The second half is new to these weights, just as new pictures will be. It may be off to "
                "either side."
            ),
        },
    ),
    Question(
        "On validation pictures you find a temperature of 1.8 and divide all logits by it. What can be "
        "different on the test pictures?",
        several=True,
        right={
            "the confidence of an answer": (
                "Smaller logits make a flatter softmax: the network becomes more modest."
            ),
            "the test loss": "Cross-entropy is made of the probabilities, and these have changed.",
        },
        wrong={
            "the test accuracy": (
                "All logits of a picture are divided by the same number, so the highest stays the highest."
            ),
            "which class comes second": (
                "Dividing by one positive number keeps the order of all classes, the second place too."
            ),
        },
    ),
)
