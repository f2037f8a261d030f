# Two commands do everything on a fresh machine with Python 3.11 and make: `make demo` and `make test`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check lint types contracts docs bench install clean

demo: install
	@$(BIN)/python -m examples.northwind $(ARGS)

test: install
	$(BIN)/python -m examples.northwind --quiet
	$(BIN)/python -m pytest $(ARGS)

check: lint types contracts docs test

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m linksync.connectors.quickbooks.fields.generate --check

types: install
	$(BIN)/mypy
	$(BIN)/pyright

contracts: install
	$(BIN)/lint-imports

docs: install
	$(BIN)/sphinx-build -q -W -E -n -b html docs docs/_build/html

bench: install
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m benchmarks $(ARGS)

install: $(VENV)/.installed

# Made again whenever what is to be installed has changed.
$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable ".[testing]" --group tests --group checks --group docs
	$(BIN)/python tests/clients/install.py
	touch $@

clean:
	rm -rf $(VENV) build dist docs/_build .mypy_cache .pytest_cache .ruff_cache
