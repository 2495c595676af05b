"""The catalogue: `pde/NAME/` and `co/NAME/`. To add a problem, add a folder; nothing else changes."""
