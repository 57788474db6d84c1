"""Where students' programs run: walls around them, plain data out of them."""
