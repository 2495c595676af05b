"""Reaction-diffusion in one dimension."""
