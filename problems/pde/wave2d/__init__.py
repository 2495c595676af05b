"""The wave equation with a variable speed on a periodic square."""
