"""Language models write solvers; the workbench finds out, honestly, how good they are."""

__version__ = "0.1.0"
