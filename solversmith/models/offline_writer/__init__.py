"""The writer behind the model `offline`: it recombines human programs and is no language model."""
