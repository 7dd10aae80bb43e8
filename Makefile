# `make help` lists what there is. Stamp files make the second run of everything quick.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
# The lock names every package. With --no-deps pip installs just these and resolves nothing: it would else
# look for a newer one wherever a package asks for another's extra, and refuse it for want of a hash.
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps
NPM_CI := npm ci --no-audit --no-fund --loglevel=error
UV_COMPILE := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url

# Folders are listed too: a deleted file changes its folder's time.
SPA_SOURCES := $(shell find frontend/src frontend/public frontend/scripts -not -name '*.spec.ts' 2>/dev/null) \
	frontend/index.html frontend/vite.config.ts $(wildcard frontend/theme.config.ts frontend/tsconfig.json)

.PHONY: help setup setup-dev setup-e2e run demo-migration test lint bench soak openapi flows lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.runtime frontend/dist/.stamp ## make .venv, install the locked dependencies, build the SPA
setup-dev: $(VENV)/.dev frontend/dist/.stamp ## the same with the tools that tests and linters need
setup-e2e: tests/e2e/node_modules/.stamp

run: setup ## start everything on SQLite with demo data
	@$(VENV)/bin/flask demo load
	@exec $(PY) run.py

demo-migration: setup ## migrate a made-up old system and look at the result
	@exec $(PY) scripts/demo_migration.py

test: ## all linters, types and tests, on SQLite and MariaDB and in Chromium
	@exec "$$(scripts/need.sh python)" scripts/test.py

lint: setup-dev ## linters and type checkers only
	@exec $(PY) scripts/test.py lint

bench: setup-dev ## measure the hot paths on SQLite and MariaDB
	@$(PY) -m bench
	@exec $(PY) -m bench.migration

soak: setup-dev ## kill migrations of the old system at random moments, on SQLite and MariaDB
	@exec $(PY) -m scripts.soak

openapi: setup-dev ## write the OpenAPI document and the TypeScript types made from it
	$(VENV)/bin/flask openapi write frontend/src/api/openapi.json
	cd frontend && npx openapi-typescript src/api/openapi.json -o src/api/schema.d.ts

flows: $(VENV)/.runtime ## draw docs/flows.md from the flow tables
	$(VENV)/bin/flask flows draw

lock: $(VENV)/.dev ## compile requirements*.txt from pyproject.toml
	$(UV_COMPILE) pyproject.toml -o requirements.txt
	$(UV_COMPILE) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt

clean: ## remove everything that was built or installed here (no data)
	rm -rf $(VENV) frontend/node_modules frontend/dist tests/e2e/node_modules .test-output .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/python:
	@python=$$(scripts/need.sh python) && echo "making $(VENV)" && "$$python" -m venv $(VENV)

$(VENV)/.runtime: requirements.txt | $(VENV)/bin/python
	@echo "installing the Python packages"
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo "installing the Python tools"
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

frontend/node_modules/.stamp: frontend/package-lock.json
	@scripts/need.sh node
	@echo "installing the front end's packages"
	@cd frontend && $(NPM_CI)
	@touch $@

frontend/dist/.stamp: frontend/node_modules/.stamp $(SPA_SOURCES)
	@echo "building the SPA"
	@cd frontend && npm run --silent build
	@touch $@

tests/e2e/node_modules/.stamp: tests/e2e/package-lock.json
	@scripts/need.sh node
	@echo "installing the browser tests' packages"
	@cd tests/e2e && $(NPM_CI)
	@touch $@
