# about: a value in place of the function
# task: freeze_backbone
# state: crashed
train_head_only = 5
