# The two commands are `make run` and `make test`; `make help` lists the others.
# Everything lives in .venv, which the first call creates; nothing else has to be prepared.

PYTHON ?= $(or $(shell command -v python3),python3)
BIN := .venv/bin
DISTRIBUTIONS := $(wildcard setup.cfg plugins/*/setup.cfg examples/*/setup.cfg)
CATALOGUES := $(wildcard core/guanxi/translations/*/LC_MESSAGES/*.po \
                         plugins/*/*/translations/*/LC_MESSAGES/*.po \
                         examples/*/*/translations/*/LC_MESSAGES/*.po)
READY := .venv/.ready .venv/.translated

# Arguments for pytest, for example: make test ARGS="-k merge -x"
ARGS ?=

# Neighbours stay in one process, so that what a file or folder sets up is made once; a process
# that is done takes tests from another.
SHARED_OUT := -n auto --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help run test quick check bench docs setup extra frontend lock texts clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: setup frontend ## Start everything on http://127.0.0.1:8000 (GUANXI_PORT, GUANXI_HOME, DATABASE_URL)
	@exec $(BIN)/guanxi run

test: setup extra frontend ## Run all tests, or those that ARGS names
	@$(BIN)/pytest $(or $(ARGS),$(SHARED_OUT))

quick: setup extra frontend ## Run the everyday tests, without the long ones
	@$(BIN)/pytest $(SHARED_OUT) -m "not slow" $(ARGS)

check: setup ## Lint, formatting, types, layers, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/translations.py check

bench: setup extra frontend ## Measure speed and memory; each figure is a ratio
	@$(BIN)/python -m bench $(ARGS)

docs: setup ## Build the documentation into site/
	$(BIN)/mkdocs build --strict

setup: $(READY) ## Create or refresh .venv

extra: .venv/.extra ## Add what only tests and benches need

frontend: setup ## Build style sheets and scripts if they are out of date
	@$(BIN)/python -m guanxi.web.frontend_build

lock: setup ## Choose the newest versions that fit and write requirements.lock
	@$(BIN)/python tools/lock.py

texts: setup ## Collect new texts into the catalogues
	@$(BIN)/python tools/translations.py extract

clean: ## Remove what make made; data in GUANXI_HOME stay
	rm -rf .venv build dist site .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	rm -rf core/guanxi/web/frontend/node_modules core/guanxi/web/static/dist
	rm -rf plugins/*/tests/oracle/node_modules
	find . -name '*.mo' -o -name '*.pyc' | xargs rm -f

.venv/.ready: requirements.lock tools/environment.py pyproject.toml $(DISTRIBUTIONS)
	@echo "Setting up .venv (once; about a minute)"
	@$(PYTHON) tools/environment.py
	@touch $@

.venv/.extra: .venv/.ready requirements-extra.lock
	@echo "Adding what tests and benches need (once)"
	@$(PYTHON) tools/environment.py extra
	@touch $@

.venv/.translated: .venv/.ready $(CATALOGUES)
	@$(BIN)/python tools/translations.py compile
	@touch $@
