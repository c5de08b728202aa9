# Byline. `make` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Offered by the demo's chat page; docs/screenshots.py asks the first.
EXAMPLES := ["How large is India\u2019s trade deficit with Russia?", "Was the New Delhi summit the 22nd or the 23rd?", "How many S-400 units has India received so far?", "What is a Vostro account?"]

.DEFAULT_GOAL := help
.PHONY: help run test check bench quality crash soak fuzz attacks eval lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-7s %s\n", $$1, $$2}'

run: $(VENV)/.installed ## install, index the demo corpus, open the chat on http://127.0.0.1:7860
	$(BIN)/byline sync corpus
	BYLINE_EXAMPLES='$(EXAMPLES)' $(BIN)/python app.py

test: $(VENV)/.installed-dev ## install what tests need and run them
	-$(BIN)/python -m tests.fetch_model
	-$(BIN)/python -m tests.fetch_model
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile -m "not alone"
	$(BIN)/pytest -m alone

check: $(VENV)/.installed-dev ## lint, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev ## retrieval, answers and speed on public data (needs ../shared/bench)
	$(BIN)/python -m bench

quality: $(VENV)/.installed-dev ## answers on public data beside their peers, against floors (needs ../shared/bench)
	$(BIN)/python -m bench quality

crash: $(VENV)/.installed-dev ## kill, fill, break and hold the index in every way (some hours)
	CRASH_KILLS=10 CRASH_RANDOM=200 CRASH_AIMED=200 CRASH_STEPS=0 CRASH_FAULTS=0 CRASH_ATTEMPTS=100 CRASH_DAMAGES=100 \
	  CRASH_PASSAGES=10000 $(BIN)/pytest tests/crash -q --deselect tests/crash/test_soak.py

soak: $(VENV)/.installed-dev ## fifty readers for ten minutes while everything changes
	SOAK_SECONDS=600 $(BIN)/pytest tests/crash/test_soak.py -q

fuzz: $(VENV)/.installed-dev ## read 10,000 mutated files (minutes; needs ../shared/bench)
	FUZZ_ARTICLES=10000 $(BIN)/pytest tests/ingest/test_fuzz.py -q

attacks: $(VENV)/.installed-dev ## every known injection, as a question and planted (20 minutes; needs ../shared/bench)
	INJECTIONS=1230 $(BIN)/pytest tests/answer/test_injection.py -q

eval: $(VENV)/.installed ## ask the demo corpus its questions
	$(BIN)/byline sync corpus
	$(BIN)/python -m evals.run

lock: ## write the lock files anew from what pyproject.toml allows
	rm -rf $(VENV)-lock && $(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip install --quiet --upgrade pip
	$(VENV)-lock/bin/pip install --quiet torch==2.13.0
	$(VENV)-lock/bin/pip install --quiet . hatchling editables
	$(VENV)-lock/bin/pip freeze --exclude byline | sed 's/+cpu$$//' > requirements.lock
	$(VENV)-lock/bin/pip install --quiet --group dev
	$(VENV)-lock/bin/pip freeze --exclude byline | sed 's/+cpu$$//' > requirements-dev.lock
	rm -r $(VENV)-lock

clean: ## remove the environment and what sync built
	rm -rf $(VENV) index/library.db* index/gen-* index/owner.*

$(VENV)/.installed: requirements.lock pyproject.toml
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(BIN)/pip install --quiet --requirement requirements-dev.lock
	touch $@
