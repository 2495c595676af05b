"""The run directory: what a run writes down, durable before anything goes on."""

from solversmith.store.directory import RunDirectory
from solversmith.store.settings import default_name

__all__ = ["RunDirectory", "default_name"]
