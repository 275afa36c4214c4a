SHELL := /bin/bash
PORT ?= 8000
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .uv/bin/uv)
READY := .venv/set-up

.PHONY: help setup demo test check drills assets

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## prepare the Python environment in .venv
	@true

demo: setup ## serve the reference country on http://127.0.0.1:8000 (PORT=8123 moves it); Ctrl-C stops it all
	@OPENNRM_HOME="$${OPENNRM_HOME:-$$PWD/.demo}" exec .venv/bin/opennrm demo --port "$(PORT)"

test: setup ## run everything that CI runs
	@.ci/system-packages
	@$(MAKE) --no-print-directory check
	@echo "Tests"
	@.venv/bin/python -m pytest -n 2 -q || { echo "make test: FAILED"; exit 1; }
	@echo "make test: everything passed"

check: setup ## style, types, floors and built assets, without running a test
	@echo "Style";  .venv/bin/ruff check --quiet && .venv/bin/ruff format --check
	@echo "Types";  .venv/bin/mypy --no-error-summary
	@echo "Floors"; .venv/bin/lint-imports --no-logo >.venv/floors 2>&1 || { cat .venv/floors; exit 1; }
	@echo "Assets"; .venv/bin/python assets/check.py

drills: setup ## run the long forms of the promises and print their table
	@OPENNRM_DRILLS=1 .venv/bin/python -m pytest -m drill -s -q

assets: ## rebuild the committed styles, scripts and fonts (needs node and npm)
	@cd assets && npm ci --silent --no-audit --no-fund && npm run --silent build

$(READY): requirements/dev.txt pyproject.toml | $(filter .uv/%,$(UV))
	@echo "Setting up .venv (a minute or two the first time)"
	@{ [ ! -e $(READY) ] || [ "$$(cat $(READY))" = "$(CURDIR)" ]; } && .venv/bin/python -c '' 2>/dev/null || \
	  $(UV) venv --quiet --clear --python '>=3.11' .venv
	@$(UV) pip sync --quiet --python .venv/bin/python --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
	@echo "$(CURDIR)" >$(READY)
	@echo "Set up"

.uv/bin/uv: requirements/uv.txt
	@echo "Fetching uv, which installs the packages"
	@python3 -m venv .uv || { echo "Install what is missing: apt-get install python3-venv"; exit 1; }
	@.uv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch .uv/bin/uv

# a clone that was moved is set up again, since the programs in .venv name its folder
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif
