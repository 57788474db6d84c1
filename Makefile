# Two commands: `make lab` opens the course, `make test` runs everything that CI runs.
#   PYTHON=python3.12 make lab    another interpreter for .venv
#   make lab ARGS=--no-browser    arguments for the command that the verb runs
#   make test WORKERS=4           pytest processes

PYTHON  ?= python3
WORKERS ?= 3
ARGS    ?=

VENV   := .venv
BIN    := $(VENV)/bin
INPUTS := pyproject.toml constraints.txt
NBVAL  := --nbval --nbval-current-env --nbval-sanitize-with tests/nbval_sanitize.cfg

.DEFAULT_GOAL := help
.PHONY: help lab test lint constraints

help:  ## this list
	@grep -E '^[a-z]+:.*##' Makefile | awk -F ':.*## *' '{ printf "  make %-12s %s\n", $$1, $$2 }'

lab: $(VENV)/installed  ## install, then open the course in JupyterLab
	$(BIN)/tl-course lab $(ARGS)

# The processes share the cores, so each works with one thread. Tests also wait, for a page or for a time limit:
# three processes keep two cores busy.
test: lint  ## install, then everything that CI runs
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadscope $(NBVAL) tests notebooks solutions

lint: $(VENV)/installed-test  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/mypy

constraints: | $(BIN)/uv  ## pin what pyproject.toml allows (ARGS=--upgrade: its newest versions)
	$(BIN)/uv pip compile --quiet --universal --all-extras --python-version 3.10 \
	    --no-header --no-annotate --no-emit-index-url pyproject.toml -o constraints.txt $(ARGS)

# A stamp is newer than its inputs once an install is done; the second run has nothing to do.
$(VENV)/installed: $(INPUTS) | $(BIN)/uv
	$(BIN)/uv pip install --python $(BIN)/python -c constraints.txt -e .
	@touch $@

$(VENV)/installed-test: $(INPUTS) | $(BIN)/uv
	$(BIN)/uv pip install --python $(BIN)/python -c constraints.txt -e '.[test]'
	@touch $@ $(VENV)/installed

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	    echo "The course needs Python 3.10 or newer, and '$(PYTHON)' is not: name one, e.g. make lab PYTHON=python3.12"; \
	    exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	    echo "'$(PYTHON) -m venv' failed; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
