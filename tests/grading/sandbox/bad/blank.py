# about: an empty cell
# task: freeze_backbone
# state: not attempted
