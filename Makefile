PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: run workshop test check audit bench recordings clean

run: $(VENV)/installed  ## open the app
	$(BIN)/streamlit run streamlit_app.py

workshop: $(VENV)/installed  ## open the app for a room: prints its address, with a code to photograph
	$(BIN)/python -m playground.workshop

test: check  ## install everything and run all checks and tests
	$(BIN)/pytest --numprocesses 2 --dist loadfile

check: $(VENV)/installed-dev  ## format, lint, types, licences, known faults where the package index can be asked
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python .ci/licences.py >/dev/null
	$(BIN)/python .ci/audit.py || [ $$? -eq 2 ]

audit: $(VENV)/installed-dev  ## ask the package index for known faults; exit 2 where it cannot be asked
	$(BIN)/python .ci/audit.py

bench: $(VENV)/installed-dev  ## measure everything and write docs/benchmarks.md; some of it: make bench PARTS="training floor"
	$(BIN)/python -m benchmarks $(PARTS)

recordings: $(VENV)/installed  ## train the presets and store their runs for the first screen
	$(BIN)/python -m playground.record
	$(BIN)/python -m playground.record_tiny
	$(BIN)/python -m playground.sweeps.record
	$(BIN)/python -m playground.record_memory
	$(BIN)/python -m playground.record_words

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --requirement requirements.txt
	touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	$(BIN)/pip install --quiet --requirement requirements-dev.txt
	touch $@
