"""Viscous Burgers."""
