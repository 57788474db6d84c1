# about: imports the check with its comparison
# task: two_accuracies
# state: crashed
from tl_course.exercises.lesson_01.two_accuracies import compare

accuracy = compare
