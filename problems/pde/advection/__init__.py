"""Linear advection."""
