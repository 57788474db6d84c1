"""Long comparisons: one command computes, a small file keeps, a notebook draws."""

from tl_course.studies.mixed_precision import load_precision_tables, precision_table
from tl_course.studies.store import Study, load_study, run_row, run_study

__all__ = ["Study", "load_precision_tables", "load_study", "precision_table", "run_row", "run_study"]
