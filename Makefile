# Two commands for a new machine with Python 3.11+, git and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help demo test test-all test-stores lint types layers docs check wheel clean lock schema conformance bench bench-full

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[dev]'
	@touch $@

demo: $(STAMP) ## Check the first case, prove its contradictions, draw it (writes out/)
	$(BIN)/kg demo --out out

test: $(STAMP) ## Run the tests (browser tests run where Chromium is)
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-all: $(STAMP) ## Install Chromium with the machine's package manager, then run every test
	.ci/install-chromium
	PARLEY_REQUIRE_BROWSER=1 $(BIN)/python -m pytest -n 2 --dist loadfile

test-stores: $(STAMP) ## Install Virtuoso with the machine's package manager, then run the tests of every store
	.ci/install-stores
	PARLEY_REQUIRE_STORES=1 $(BIN)/python -m pytest -n 2 tests/stores tests/remote tests/pushed

lint: $(STAMP) ## Style and likely mistakes
	$(BIN)/ruff check kg tests docs benchmarks
	$(BIN)/ruff format --check kg tests docs benchmarks

types: $(STAMP) ## Types, strictly
	$(BIN)/mypy

layers: $(STAMP) ## Imports go one way
	$(BIN)/lint-imports

check: lint types layers ## All checks that run no test

docs: $(STAMP) ## The one-page reference of the vocabulary, into docs/reference/
	$(BIN)/python docs/build_reference.py

bench: $(STAMP) ## Measure up to 100,000 claims beside other engines (some minutes)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	$(BIN)/python -m benchmarks.run --cap 20
	$(BIN)/python -m benchmarks.heavy --cap 30 --runs 1
	$(BIN)/python -m benchmarks.sweep --cap 10 --runs 1
	$(BIN)/python -m benchmarks.report --print

bench-full: $(STAMP) ## Measure up to ten million claims and write docs/performance.md (an hour)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	$(BIN)/python -m benchmarks.run --sizes 1000 10000 100000 1000000 10000000 --cap 240
	$(BIN)/python -m benchmarks.heavy --cap 120
	$(BIN)/python -m benchmarks.sweep
	$(BIN)/python -m benchmarks.answers > benchmarks/out/answers.md
	$(BIN)/python -m benchmarks.store_columns 10000 100000 1000000 > benchmarks/out/store-columns.md
	$(BIN)/python -m benchmarks.incremental > benchmarks/out/incremental.md
	$(BIN)/python -m benchmarks.report

conformance: $(STAMP) ## Put a folder of OWL test cases to the checker: CASES=FOLDER
	$(BIN)/python -m tests.conformance.run $(or $(CASES),tests/conformance/cases)

schema: $(STAMP) ## Write ontology/context.jsonld and ontology/dossier.schema.json from the ontology
	$(BIN)/kg schema --write

wheel: $(STAMP) ## Build the wheel and the source distribution
	$(BIN)/python -m build --outdir dist

lock: ## Write requirements.lock from a fresh environment
	rm -rf .lock-venv && $(PYTHON) -m venv .lock-venv
	.lock-venv/bin/python -m pip install --quiet --editable '.[dev]' hatchling
	.lock-venv/bin/python -m pip freeze --exclude-editable > requirements.lock
	rm -rf .lock-venv

clean: ## Remove what was made
	rm -rf $(VENV) out dist docs/reference .mypy_cache .ruff_cache .pytest_cache .hypothesis
