# verdict: import_error
# plain user: yes
import torch

def solver(x):
    return x
