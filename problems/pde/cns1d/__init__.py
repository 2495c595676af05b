"""Compressible Navier-Stokes in one dimension."""
