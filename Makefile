PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: run test check bench recordings clean

run: $(VENV)/installed  ## open the app
	$(BIN)/streamlit run streamlit_app.py

test: check  ## install everything and run all checks and tests
	$(BIN)/pytest

check: $(VENV)/installed-dev  ## format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/installed-dev  ## the speed table of the README
	$(BIN)/python -m benchmarks.speed

recordings: $(VENV)/installed  ## train the presets and store their runs for the first screen
	$(BIN)/python -m playground.record
	$(BIN)/python -m playground.record_tiny
	$(BIN)/python -m playground.sweeps.record
	$(BIN)/python -m playground.record_memory

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --requirement requirements.txt
	touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	$(BIN)/pip install --quiet --requirement requirements-dev.txt
	touch $@
