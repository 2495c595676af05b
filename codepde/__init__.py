"""How PDE problems are posed and scored: initial states, JAX references, metrics."""
