"""How PDE problems are posed and scored: initial states, converged references, metrics."""
