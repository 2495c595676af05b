"""The published data: their file layouts, their initial states, and numerics of the same kind."""
