"""What a class handed in, from whatever platform: whose it is, and what is no submission."""
