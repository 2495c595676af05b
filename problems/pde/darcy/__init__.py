"""Darcy flow through a two-valued medium."""
