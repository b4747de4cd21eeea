# Folkmoot's chores. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -qq
JOBS   ?= 3
ARGS   ?=
CODE   := $(wildcard src tests bench tools examples)

.PHONY: help run test check bench soak docs lock clean

help: ## what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.server ## a demo community on http://localhost:3000, kept in ./data
	@$(BIN)/folkmoot demo $(ARGS)

# One test more at once than CI has cores, as many wait for clocks and sockets.
test: $(VENV)/.dev $(VENV)/.system ## everything that has to hold; ARGS="-k words" narrows it
	@$(MAKE) -j2 check $(VENV)/.clients
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

check: $(VENV)/.dev ## style, types and layers
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev $(VENV)/.system ## speed and size as one table
	$(BIN)/python -m bench $(ARGS)

soak: $(VENV)/.dev $(VENV)/.system ## the long runs: kill -9 at random points, and the like
	FOLKMOOT_TEST_YEAR_MEMBERS=200 $(BIN)/python -m pytest -m soak -n 0 $(ARGS)

docs: $(VENV)/.dev ## write the generated pages, and the client's methods, anew
	$(BIN)/folkmoot settings --markdown > docs/settings.md
	$(BIN)/python -m tools.weave

clean: ## remove what make made; ./data stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- where things are installed -----------------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "make: Python 3.11 or later is needed; name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "make: $(PYTHON) can't make a virtual environment; on Debian: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Each list of packages is installed with its hashes; then the project itself, with nothing fetched for it.
$(VENV)/.server: requirements/server.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the server needs (once) …"
	@$(PIP) install --require-hashes -r requirements/server.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing what tests and checks need (once) …"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.server

$(VENV)/.system: .ci/system | $(BIN)/python
	@.ci/system
	@touch $@

# Clients of other people, of several ages, each in an environment of its own: the tests run them.
CLIENTS := 1.5 1.8
$(VENV)/.clients: $(CLIENTS:%=requirements/client-%.txt) tests/clients/js/package-lock.json | $(VENV)/.dev $(VENV)/.system
	@echo "Installing the clients that the tests run (once) …"
	@for age in $(CLIENTS); do \
	  $(BIN)/python -m venv $(VENV)/clients/$$age; \
	  $(VENV)/clients/$$age/bin/python -m pip --disable-pip-version-check -qq install --require-hashes -r requirements/client-$$age.txt; \
	done
	@mkdir -p $(VENV)/clients/js
	@cp tests/clients/js/package.json tests/clients/js/package-lock.json $(VENV)/clients/js/
	@npm ci --prefix $(VENV)/clients/js --no-audit --no-fund --silent
	@touch $@

# --- pins ---------------------------------------------------------------------------------------------------------

UV      = $(firstword $(wildcard $(BIN)/uv) uv)
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
          --no-emit-index-url --no-emit-find-links pyproject.toml

lock: ## pin all packages anew; ARGS=--upgrade takes newer ones
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: pipx install uv" >&2; exit 1; }
	$(COMPILE) $(ARGS) --extra server --group build -o requirements/server.txt
	$(COMPILE) $(ARGS) --extra server --group dev -c requirements/server.txt -o requirements/dev.txt
	@for pin in 1.5.2 1.8.1; do echo "Mastodon.py[webpush,blurhash]==$$pin" \
	  | $(subst pyproject.toml,-,$(COMPILE)) -o requirements/client-$${pin%.*}.txt; done
