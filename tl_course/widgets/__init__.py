"""What answers when the student moves it: explorers, the Grad-CAM studio, predictions, quizzes.

Each of them is a `Live`: a panel in a front end with a kernel, a still figure or a sentence anywhere else.
"""

from tl_course.widgets.job import Cancelled, Job, Reporter
from tl_course.widgets.live import Line, Live, frame, img

__all__ = ["Cancelled", "Job", "Line", "Live", "Reporter", "frame", "img"]
