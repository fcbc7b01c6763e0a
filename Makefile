# make run: install, build the index, start the bot. make test: install, run the tests.
# make benchmark: the product beside its peers, on the data in CITEBOT_BENCHMARK_DATA.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0
# the CPU build: the plain Linux wheel carries gigabytes of CUDA
TORCH_CPU := --index-url https://download.pytorch.org/whl/cpu --retries 0
PIP := $(BIN)/python -m pip --disable-pip-version-check
# an installation that is silent for minutes looks dead: a line for each big download
SHOW := --progress-bar off | awk '/ Downloading .*[MG]B/ { print "citebot:   " $$2 " " $$3 " " $$4; fflush() } /^Installing/ { print "citebot:   unpacking"; fflush() }' >&2
# the exit code of pip, not of awk
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c

.PHONY: run test fuzz check lock screenshots benchmark benchmark-quick install install-dev clean

run: install
	@$(BIN)/citebot run

# three on two cores: a third of a test's time is waiting. A worker takes about 800 MB
test: install-dev
	@$(BIN)/python -m pytest -n 3 --dist worksteal

# ten times as many broken files as `make test` tries
fuzz: install-dev
	@$(BIN)/python -m pytest tests/hostile --mutations 20000

check: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/typos
	$(BIN)/python -m tests.wording

# requirements.lock from constraints.txt (needs uv); PyTorch's CUDA libraries are no part of the image
lock:
	@uv pip compile pyproject.toml --constraint constraints.txt --extra mcp --extra models --extra postgres --quiet \
	  --generate-hashes --python-version 3.11 --python-platform linux --no-emit-package torch \
	  --no-header --no-annotate | awk \
	  'BEGIN { print "# What the image installs besides PyTorch: versions, and digests of their files. make lock" } \
	   /^[a-z]/ { skip = /^(nvidia|triton|cuda)/ } !skip' >requirements.lock

# docs/screens/*.png: what the bot answers, as a chat shows it (needs Chromium)
screenshots: install-dev
	@$(BIN)/python -m tests.screens

# what an earlier run finished is measured again only where its code has changed since
benchmark: install-dev
	@$(BIN)/python -m benchmarks.run --resume

# what must not get worse, on parts of the sets: about ten minutes the first time, then less
benchmark-quick: install-dev
	@$(BIN)/python -m benchmarks.floors

install: $(VENV)/.installed

install-dev: $(VENV)/.installed-dev

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "citebot needs Python 3.11 or newer, this is %d.%d; try make PYTHON=python3.12" % sys.version_info[:2])'
	@echo 'citebot: installing into $(VENV), once; this takes a few minutes' >&2
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --quiet '$(TORCH)' $(TORCH_CPU) >$(VENV)/torch.log 2>&1 || $(PIP) install '$(TORCH)' $(SHOW)
	@$(PIP) install --constraint constraints.txt --editable '.[models]' $(SHOW)
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(PIP) install --constraint constraints.txt --editable '.[dev]' $(SHOW)
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
