# verdict: ok
# row: 52
# Programs that are forked from one process must not all draw the same; `test_specimens.py` compares several.
import random
import numpy

def solver(x):
    print(random.random(), numpy.random.random(), numpy.random.randint(1 << 30))
    return x
