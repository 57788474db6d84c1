# about: ends the process at once
# task: freeze_backbone
# state: crashed
import os

os._exit(0)
