PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
CPU_TORCH = playground/ui/hosted/torch.txt

# UV=path/to/uv installs by uv instead of pip, in a tenth of the time.
UV ?=
ifeq ($(UV),)
INSTALL = $(BIN)/pip install --quiet
ONCE = --quiet --retries 1 --timeout 15
else
INSTALL = UV_HTTP_TIMEOUT=60 $(UV) pip install --quiet --python $(BIN)/python
endif

# LOCKED=yes installs the versions of .ci/lock and no others, each file checked by its hash, as CI does.
LOCKED ?=
LOCK = --no-deps --require-hashes --requirement .ci/lock

.PHONY: help run workshop test quick check audit lock bench recordings clean

run: $(VENV)/installed  ## open the app
	$(BIN)/streamlit run streamlit_app.py

workshop: $(VENV)/installed  ## open the app for a room: prints its address, with a code to photograph
	$(BIN)/python -m playground.hosting.workshop

test: check  ## install everything and run all checks and tests
	$(BIN)/pytest --numprocesses 2 --dist loadfile

quick: $(VENV)/installed-dev  ## run the tests that need neither a browser nor worker processes
	$(BIN)/pytest --numprocesses 2 --dist loadfile -m "not browser and not processes"

check: $(VENV)/installed-dev  ## format, lint, types, licences, known faults where the package index can be asked
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python .ci/licences.py >/dev/null
	$(BIN)/python .ci/audit.py || [ $$? -eq 2 ]

audit: $(VENV)/installed-dev  ## ask the package index for known faults; exit 2 where it cannot be asked
	$(BIN)/python .ci/audit.py

lock: $(VENV)/installed-dev  ## write .ci/lock anew, with the newest versions that the requirements allow
	$(BIN)/python .ci/lock.py $(BIN)/uv

bench: $(VENV)/installed-dev  ## measure everything and write docs/benchmarks.md; some of it: make bench PARTS="training floor"
	$(BIN)/python -m benchmarks $(PARTS)

recordings: $(VENV)/installed  ## train the presets and store their runs for the first screen
	$(BIN)/python -m playground.recording.runs
	$(BIN)/python -m playground.recording.tiny
	$(BIN)/python -m playground.recording.sweep
	$(BIN)/python -m playground.recording.memory
	$(BIN)/python -m playground.recording.words

help:  ## list what make can do
	@sed -n 's/^\([a-z]*\):.*## /\1: /p' Makefile

clean:  ## remove the environment and what tools left behind
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/installed: requirements.txt $(CPU_TORCH)
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) $(ONCE) --no-deps --requirement $(CPU_TORCH) \
	    || echo "torch's CPU build cannot be had here; the package index's own build follows, on Linux a few gigabytes."
ifeq ($(LOCKED),yes)
	$(BIN)/pip show --quiet torch 2>/dev/null || $(INSTALL) $(LOCK)/torch-cpu.txt || $(INSTALL) $(LOCK)/torch.txt
	$(INSTALL) $(LOCK)/app.txt
else
	$(INSTALL) --requirement requirements.txt
endif
	$(BIN)/pip check >/dev/null
	touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
ifeq ($(LOCKED),yes)
	$(INSTALL) $(LOCK)/dev.txt
	$(BIN)/pip check >/dev/null
else
	$(INSTALL) --requirement requirements-dev.txt
endif
	touch $@
