"""What search methods are made of: ranking, draws, who was asked for what, populations, instructions.

Not a method itself: it has no `build`, so that none is found here.
"""
