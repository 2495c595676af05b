"""Allen-Cahn on a periodic square."""
