"""Partial differential equations."""
