# `make` alone lists the targets. Everything is set up in .venv by itself; only python3, make and a package
# index are needed.
PYTHON ?= python3
PARAMS ?= params/demo.yml
JOBS ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help reports test check-all lint format lab methods bench lock clean

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*  ## ' $(MAKEFILE_LIST) | awk -F ':.*  ## ' '{printf "  make %-10s %s\n", $$1, $$2}'

reports: .venv/reports  ## Publish PARAMS (params/demo.yml) and say where the pages are
	$(BIN)/wres publish $(PARAMS) --jobs $(JOBS)

test: .venv/tests  ## Run the tests
	$(BIN)/pytest -n $(JOBS) -m "not browser and not slow"

check-all: .venv/tests  ## Run the slower checks too: lint, browser, real Quarto where it is found
	$(MAKE) lint
	$(BIN)/pytest -m "browser or slow or quarto"

lint: .venv/tests  ## Check style, types, notebooks, security and known vulnerabilities
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/nbstripout --verify notebooks/*.ipynb
	$(BIN)/python .ci/audit.py requirements.lock requirements-dev.lock

format: .venv/tests  ## Put code into the project's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/nbstripout notebooks/*.ipynb

lab: .venv/tests  ## Step through a notebook in JupyterLab
	$(BIN)/jupyter lab notebooks

methods: .venv/created  ## Run the methods page with its long simulations
	$(BIN)/papermill notebooks/methods.ipynb outputs/methods-long.ipynb --cwd notebooks -p long_form True --no-progress-bar

bench: .venv/tests  ## Measure speed, as ratios in one run, and write docs/performance.md
	$(BIN)/python benchmarks/page.py --jobs $(JOBS)

lock:  ## Write requirements.lock and requirements-dev.lock anew
	$(BIN)/uv pip compile pyproject.toml --group build $(LOCK) -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group build --extra dev --extra lab -c requirements.lock $(LOCK) -o requirements-dev.lock
LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet

clean:  ## Remove the environment and everything generated
	rm -rf .venv outputs/*/ .pytest_cache .ruff_cache .mypy_cache

.venv/created: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "wres needs Python 3.11 or newer; this is " + sys.version)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what requirements.lock names (about a minute)"
	@$(PIP) install --quiet --require-hashes --requirement requirements.lock
	@$(PIP) install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

.venv/reports: .venv/created
	@command -v quarto >/dev/null || $(PIP) install --quiet --no-deps quarto-cli >/dev/null 2>&1 \
	  || echo "Quarto can't be had here; the embedded renderer (pandoc and Typst from wheels) makes the pages."
	@touch $@

.venv/tests: .venv/created requirements-dev.lock
	@echo "Installing what requirements-dev.lock names (about a minute)"
	@$(PIP) install --quiet --require-hashes --requirement requirements-dev.lock
	@touch $@
