"""How combinatorial problems are posed and scored: formats, feasibility, objectives, gaps."""
