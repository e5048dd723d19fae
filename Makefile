# The front door. Bare `make` lists the recipes.
PYTHON ?= python3
BANK ?= data/demo
AS_OF ?= latest
LANGUAGE ?= en
JOBS ?= 2
OUT ?= reports
ANALYSIS := .venv/bin/python -m analysis

.DEFAULT_GOAL := help
.PHONY: help reports test axe lab check bench lint lock docs

help:  ## list the recipes
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1@\2/' | column -t -s@
	@echo "  variables: BANK=$(BANK) AS_OF=$(AS_OF) LANGUAGE=$(LANGUAGE) JOBS=$(JOBS) OUT=$(OUT)"

reports: .venv/ready $(if $(filter data/demo,$(BANK)),data/demo)  ## run all notebooks on BANK; prints the path of index.html
	@$(ANALYSIS) run --bank '$(BANK)' --as-of $(AS_OF) --language $(LANGUAGE) --jobs $(JOBS) --out '$(OUT)'

test: .venv/ready data/demo  ## the whole test suite
	.venv/bin/python -m pytest -n 2
	.venv/bin/python -m pytest --nbval-lax --nbval-current-env notebooks

axe: .venv/axe/ready  ## axe-core from npm, for the tests of accessibility

lab: .venv/ready data/demo  ## JupyterLab on the notebooks
	.venv/bin/jupyter lab notebooks

check: .venv/ready $(if $(filter data/demo,$(BANK)),data/demo)  ## hold BANK against the contract of its tables
	@$(ANALYSIS) check --bank '$(BANK)'

bench: .venv/ready data/demo  ## measure again what benchmarks/RESULTS.md says
	.venv/bin/python benchmarks/features.py
	.venv/bin/python benchmarks/reports.py

lint: .venv/ready  ## ruff on code and notebooks, and the direction of imports
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports

lock: .venv/ready  ## requirements.lock from pyproject.toml
	.venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade \
	  --no-emit-index-url --no-emit-find-links --all-extras --custom-compile-command "make lock" \
	  pyproject.toml -o requirements.lock

docs: .venv/ready  ## what is generated: data/DICTIONARY.md, docs/features.md, the catalogue of translations
	$(ANALYSIS) dictionary tables > data/DICTIONARY.md
	$(ANALYSIS) dictionary features > docs/features.md
	.venv/bin/python -m analysis.translation

data/demo: | .venv/ready
	@$(ANALYSIS) demo --out data/demo

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --require-hashes --requirement requirements.lock
	.venv/bin/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/axe/ready: tests/browser/package-lock.json | .venv/ready
	mkdir -p $(@D)
	cp tests/browser/package.json tests/browser/package-lock.json $(@D)
	npm ci --prefix $(@D) --ignore-scripts --silent
	@touch $@
