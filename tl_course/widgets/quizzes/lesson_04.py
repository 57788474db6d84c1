"""Check yourself, lesson 04: range and digits, the order of a step, and what a measurement says."""

from tl_course.widgets.quizzes.questions import Question

QUESTIONS = (
    Question(
        "Somebody adds a `GradScaler` with a factor of 65,536 to training in bf16, to make up for its few "
        "digits. What does the factor bring?",
        right={
            "nothing, since multiplying cannot add any digits": (
                "It moves numbers to another exponent, and bf16 has exponents enough: those of fp32. Its "
                "weakness is digits."
            ),
        },
        wrong={
            "sixteen more binary digits for each gradient": (
                "A power of two changes the exponent alone. The fraction keeps its seven bits."
            ),
            "fewer gradients that are rounded to zero": (
                "That is fp16's trouble. bf16 loses next to no gradient, since it has the range of fp32."
            ),
            "infinite gradients, where they pass 65,504": (
                "That is where fp16 ends. bf16 goes on to some 10³⁸."
            ),
        },
    ),
    Question(
        "A weight is kept in bf16 and is close to 0.1, where neighbouring numbers are 0.0005 apart. Each "
        "step adds 0.0002 to it. Where is it after 100 steps?",
        right={
            "at 0.1, as before": (
                "0.0002 is less than half of the distance, so each sum is rounded back to where it began. "
                "In fp32 the steps would add up."
            ),
        },
        wrong={
            "at 0.12, a hundred steps further": (
                "That is what fp32 gives. In bf16 each sum is rounded before the next step begins."
            ),
            "near 0.12, since rounding errors cancel out": (
                "They cancel where they fall to both sides. Here each one falls to the same side."
            ),
            "at 0.15, since steps are rounded up": (
                "A sum goes to the nearest number. 0.0002 is nearer to 0 than to 0.0005."
            ),
        },
    ),
    Question(
        "Training in fp16 with SGD stands still. No error, no step is skipped. The length of the gradient, "
        "as `clip_grad_norm_` returns it, is about 150,000 with a limit of 1. Name the bug.",
        right={
            "it clips the gradients before unscale_": (
                "The length still holds the factor of 65,536. Cut to 1 and then divided by the factor, "
                "next to nothing is left to step with."
            ),
        },
        wrong={
            "it never calls update() after a step": (
                "Then the next `unscale_` or `step` would raise an error. This mistake is silent."
            ),
            "its gradients overflow in fp16": (
                "An infinite gradient makes the scaler leave the step out, and no step was skipped."
            ),
            "its loss is a sum and not a mean over batches": (
                "That makes gradients longer by the number of batches. Clipped to 1 they would still move "
                "something."
            ),
        },
    ),
    Question(
        "Which parts of a training step belong inside the context of `torch.autocast`?",
        several=True,
        right={
            "the forward pass of the model": (
                "Here torch chooses a format for each operation, and casts the weights for this one use."
            ),
            "the computation of the loss": (
                "`autocast` knows that cross-entropy needs its digits, and computes it in fp32."
            ),
        },
        wrong={
            "the backward pass from the loss": (
                "It takes for each operation the format that the forward pass had, without the context."
            ),
            "the step of the optimizer": (
                "It works on weights, gradients and sums in fp32. They stay so, or small updates are "
                "rounded away."
            ),
        },
    ),
    Question(
        "On one CPU with bf16 instructions bf16 nearly doubles the speed of ResNet-50, and makes "
        "EfficientNet-B0 slower. What is the likely reason for the second?",
        right={
            "many small operations, with few large products": (
                "16 bits save time in large products. Where there is little product, the conversions cost "
                "more."
            ),
        },
        wrong={
            "a processor that has to convert each product back": (
                "Then ResNet-50 would be slower on it as well. The machine is the same; the model is not."
            ),
            "more weights, which all have to be cast to bf16": "It has a fifth of ResNet-50's weights.",
            "the scaler, which tries out factors and skips steps": (
                "bf16 has no scaler at work. With `enabled=False` its calls do nothing."
            ),
        },
    ),
    Question(
        "In three seeds bf16 ended below fp32 each time, by 0.3 to 0.9 points. The seeds of one mode lie 3 "
        "points apart. What have you shown?",
        right={
            "the gap is small beside the one between seeds": (
                "That three seeds can show. That bf16 is worse they cannot: three of the same sign come "
                "once in four times by chance."
            ),
        },
        wrong={
            "bf16 costs accuracy, since no seed favours it": (
                "Three of the same sign come once in four times by chance alone. More seeds would tell."
            ),
            "bf16 costs no accuracy, since 0.9 is less than 3": (
                "The gap is small, but a small cost may be real. If the sign stays over many seeds, look "
                "for its cause."
            ),
            "nothing, since equal seeds should give equal runs": (
                "Every rounding is another, and training multiplies the difference. Equal runs are not to "
                "be expected, even from one seed."
            ),
        },
    ),
)
