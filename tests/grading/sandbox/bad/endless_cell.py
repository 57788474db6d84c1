# about: a loop in the cell that never ends
# task: freeze_backbone
# state: timed out
while True:
    pass
