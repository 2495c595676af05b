"""Two-dimensional Navier-Stokes as vorticity."""
