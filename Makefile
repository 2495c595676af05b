# `make demo` and `make test` need Python >= 3.11, pip and make; they set up .venv by themselves, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp-ready

.PHONY: demo test soak check format clean

demo: $(STAMP)
	@$(BIN)/python scripts/demo.py

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist worksteal

# The long tests: a kernel with control groups (apt-get install user-mode-linux), and programs without number.
soak: $(STAMP)
	$(BIN)/python -m pytest tests/soak

check: $(STAMP)
	PATH="$(CURDIR)/$(BIN):$$PATH" scripts/check

format: $(STAMP)
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("solversmith needs Python >= 3.11, this is " + sys.version.split()[0] + "; try: make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[sandbox,plots,dev]'
	@touch $@
