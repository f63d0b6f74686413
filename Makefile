# Everything a newcomer needs; `make` alone lists it.
PYTHON ?= python3
BIN := .venv/bin
CONSOLE := src/gatescale/console/static
CONSOLE_SOURCES := $(shell find console -path console/node_modules -prune -o -type f -print)
export KEEP

.DEFAULT_GOAL := help

help: ## list what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready console ## install system packages and the Python environment

.venv/.ready: locks/development.txt pyproject.toml scripts/system-packages
	scripts/system-packages
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r locks/development.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

console: $(CONSOLE)/index.html ## build the web console, if its sources are newer

$(CONSOLE)/index.html: console/node_modules/.ready $(CONSOLE_SOURCES)
	cd console && npm run --silent build
	touch $@

console/node_modules/.ready: console/package-lock.json
	cd console && npm ci --silent
	touch $@

console-dev: console/node_modules/.ready ## the console at :5173, renewed as you edit; needs GATESCALE_API_KEY
	cd console && npm run --silent dev

demo: setup ## the main job with real tunnels and real packets; KEEP=1 leaves it up
	@PYTHONPATH=.:tests $(BIN)/python -m demo

test: setup ## every test
	$(BIN)/pytest -n 2 --dist loadfile --at-least tests/count.txt

check: setup check-console ## format, lint, types, import rules; of the console, too
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

check-console: console
	cd console && npm run --silent schema-current && npm run --silent formatted && \
	  npm run --silent lint && npm run --silent types && npm run --silent test -- --silent

format: setup ## put the code into form
	cd console && npm run --silent format
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

openapi: .venv/.ready console/node_modules/.ready ## write docs/openapi.json anew
	$(BIN)/python -m gatescale.controller.api.openapi > docs/openapi.json.new || { rm docs/openapi.json.new; exit 1; }
	mv docs/openapi.json.new docs/openapi.json
	cd console && npm run --silent schema

client: .venv/.ready ## write the client's operations anew, from docs/openapi.json
	$(BIN)/python -m gatescale.admin.generate

bench: setup ## all benchmarks, some ten minutes; bench/README.md says what they need
	for name in revoke tunnel api compiler lists rules admissions report console; do \
	  PYTHONPATH=.:tests $(BIN)/python bench/$$name.py || exit 1; done

lock: ## resolve dependencies anew
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --quiet --upgrade -o locks/runtime.txt
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --quiet --upgrade --group dev -o locks/development.txt

.PHONY: help setup console console-dev demo test check check-console format openapi client bench lock
