# Two commands matter: `make demo` shows the main job on the local cloud, `make test` passes the tests.
# Both set up everything they need; a second run needs no network.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Two test files at a time: what a module sets up (a cloud, a stack) is set up once.
# The longest files begin first (tests/conftest.py), so that neither process ends long before the other.
TWO := --numprocesses 2 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format lock clean

help:
	@echo "make demo    two stacks, a refusal and the way out, on the local cloud"
	@echo "make test    everything that can be tested (the first run builds or downloads the Pulumi engine)"
	@echo "make check   lint, types and pure tests, in under a minute"
	@echo "make format  let ruff format and fix what it can"
	@echo "make lock    resolve requirements.lock again"
	@echo "make clean   remove what the other commands made"

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Slipway needs Python 3.11 to 3.13; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@echo "Setting up $(VENV): about 70 packages, checked against requirements.lock ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@$(BIN)/python -m compileall -q infra/slipway
	@touch $@

demo: $(READY)
	@$(BIN)/python -m demo

test: check
	$(BIN)/slipway engine
	$(BIN)/python -m pytest $(TWO) -m "engine or cloud or process or thorough"

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest $(TWO) -m "not engine and not cloud and not process and not thorough"

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(READY)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --all-extras --python-version 3.11 --no-header pyproject.toml --output-file requirements.lock

clean:
	@if [ -x $(BIN)/slipway ]; then $(BIN)/slipway cloud stop; fi
	rm -rf $(VENV) .slipway .pytest_cache .mypy_cache .ruff_cache .hypothesis build
	find . -name '*.egg-info' -prune -exec rm -rf {} + -o -name __pycache__ -prune -exec rm -rf {} +
