"""What answers when the student moves it: explorers, the Grad-CAM studio, predictions, quizzes.

Each of them is a `Live`: a panel in a front end with a kernel, a still figure or a sentence anywhere else.
"""

from tl_course.widgets.chooser import backbone_chooser
from tl_course.widgets.classifier import classify_my_picture
from tl_course.widgets.freeze import freeze_explorer
from tl_course.widgets.job import Cancelled, Job, Reporter
from tl_course.widgets.live import Line, Live, frame, img
from tl_course.widgets.loss_scale import loss_scale_explorer
from tl_course.widgets.microscope import number_microscope
from tl_course.widgets.prediction import choose, predict
from tl_course.widgets.quiz import Quiz, quiz
from tl_course.widgets.studio import grad_cam_studio
from tl_course.widgets.study import data_size_explorer, learning_rate_explorer

__all__ = [
    "Cancelled",
    "Job",
    "Line",
    "Live",
    "Quiz",
    "Reporter",
    "backbone_chooser",
    "choose",
    "classify_my_picture",
    "data_size_explorer",
    "frame",
    "freeze_explorer",
    "grad_cam_studio",
    "img",
    "learning_rate_explorer",
    "loss_scale_explorer",
    "number_microscope",
    "predict",
    "quiz",
]
