# make run: install, build the index, start the bot. make test: install, run the tests.
# make benchmark: the product beside its peers, on the data in CITEBOT_BENCHMARK_DATA.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0
# the CPU build: the plain Linux wheel carries gigabytes of CUDA
TORCH_CPU := --index-url https://download.pytorch.org/whl/cpu --retries 0
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test fuzz check screenshots benchmark benchmark-quick install install-dev clean

run: install
	@$(BIN)/citebot run

# two at a time: each worker takes about 800 MB
test: install-dev
	@$(BIN)/python -m pytest -n 2 --dist worksteal

# ten times as many broken files as `make test` tries
fuzz: install-dev
	@$(BIN)/python -m pytest tests/hostile --mutations 20000

check: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

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
	@$(PIP) install '$(TORCH)' $(TORCH_CPU) >$(VENV)/torch.log 2>&1 || $(PIP) install '$(TORCH)' >&2
	@$(PIP) install --constraint constraints.txt --editable . >&2
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(PIP) install --constraint constraints.txt --editable '.[dev]' >&2
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
