# make run: the page.  make demo: the example from start to end.  make test: every check.  make wardrobe: training data.
# Each prepares .venv first; when nothing has changed, that takes no time.
# PYTHON=/path/to/python3.12 chooses the Python, ARGS="..." is passed on to the program, TESTS="..." to pytest;
# E2E=no leaves out the tests that need a browser.

.DEFAULT_GOAL := help
.PHONY: help run demo test lint setup wardrobe clean

export PYTHON
ARGS ?=
TESTS ?=
E2E ?= yes

VENV_PYTHON := .venv/bin/python
NEEDS := import sys, ctypes, ssl, subprocess, venv; sys.exit(sys.version_info < (3, 8))
NONE := No usable Python 3 was found. Install Python 3.11 or 3.12 (on Debian, as an administrator: apt-get install python3-venv).

# Any Python from 3.8 on can run the set-up, which then finds or fetches the right one.
define prepare
@for python in $(PYTHON) python3 python3.12 python3.11 python; do \
	if "$$python" -c '$(NEEDS)' 2>/dev/null; then exec "$$python" -m tools.setup $(1); fi; \
done; echo "$(NONE)" >&2; exit 1
endef

define check
$(VENV_PYTHON) -m ruff check .
$(VENV_PYTHON) -m ruff format --check .
$(VENV_PYTHON) -m mypy
endef

ifneq ($(E2E),no)
BROWSER := --browser
else
CHOICE := -m "not e2e"
endif

help:
	@sed -n 's/^# //p' Makefile | head -n 4

setup:
	$(call prepare)

run: setup
	@exec $(VENV_PYTHON) app.py $(ARGS)

demo: setup
	@exec $(VENV_PYTHON) -m vton_core demo $(ARGS)

# People and garments with exact truth, see synthesis/README.md; in an environment of its own.
wardrobe:
	$(call prepare,--wardrobe)
	@exec .wardrobe/venv/bin/python -m synthesis $(ARGS)

lint:
	$(call prepare,--dev)
	$(check)

# Processes that share few cores: threads of theirs would only wait for one another.
test: export OMP_NUM_THREADS := 1
test: export OPENBLAS_NUM_THREADS := 1
test: export NUMBA_NUM_THREADS := 1
test: export OPENCV_FOR_THREADS_NUM := 1
test:
	$(call prepare,--dev $(BROWSER))
	$(check)
	$(VENV_PYTHON) -m pytest --numprocesses auto --maxprocesses 3 --dist loadfile --no-loadscope-reorder $(CHOICE) $(TESTS)

clean:
	rm -rf .venv .wardrobe .python .mypy_cache .ruff_cache .pytest_cache .hypothesis
