"""The one error that a user of the course meets."""


class CourseError(ValueError):
    """Bad input or set-up, explained: what was wrong, where, and what to do."""
