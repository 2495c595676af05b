"""Best-known values: tables with source, date and the convention they belong to, and their lookup."""

from frontierco.best_known.table import BestKnown, Table, built_in_table, read_table, read_user_table

__all__ = ["BestKnown", "Table", "built_in_table", "read_table", "read_user_table"]
