"""What runs in the sandbox. Nothing in here is trusted by the grader, and nothing in here knows an answer."""
