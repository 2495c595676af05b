# verdict: import_error
import torch

def solver(x):
    return x
