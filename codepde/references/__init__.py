"""Converged references, one module per equation, and independent checks of them."""
