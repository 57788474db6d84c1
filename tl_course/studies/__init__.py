"""Long comparisons: one command computes, a small file keeps, a notebook draws."""

from tl_course.studies.store import Study, load_study, run_row, run_study

__all__ = ["Study", "load_study", "run_row", "run_study"]
