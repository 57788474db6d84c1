"""What the instructor gets: tables, pages, and an export into nbgrader's gradebook."""
