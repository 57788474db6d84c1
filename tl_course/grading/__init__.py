"""Grading a class: what was handed in is read as data, runs in a sandbox, and is scored outside of it."""
