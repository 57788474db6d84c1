# about: nothing but a comment
# task: freeze_backbone
# state: crashed
# I had no time.
