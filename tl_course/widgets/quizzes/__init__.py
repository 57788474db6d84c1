"""The questions at the end of the lessons, a file each."""

from collections.abc import Mapping, Sequence

from tl_course.widgets.quizzes.lesson_00 import QUESTIONS as LESSON_00
from tl_course.widgets.quizzes.lesson_01 import QUESTIONS as LESSON_01
from tl_course.widgets.quizzes.lesson_02 import QUESTIONS as LESSON_02
from tl_course.widgets.quizzes.lesson_03 import QUESTIONS as LESSON_03
from tl_course.widgets.quizzes.lesson_04 import QUESTIONS as LESSON_04
from tl_course.widgets.quizzes.lesson_05 import QUESTIONS as LESSON_05
from tl_course.widgets.quizzes.questions import Question

QUIZZES: Mapping[str, Sequence[Question]] = {
    "00": LESSON_00,
    "01": LESSON_01,
    "02": LESSON_02,
    "03": LESSON_03,
    "04": LESSON_04,
    "05": LESSON_05,
}
