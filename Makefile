# Everything a newcomer needs: Python 3.11 or later, make and git. `make demo` and `make test` set
# themselves up. Another interpreter: make PYTHON=python3.13 setup
PYTHON ?= $(shell for v in python3 python3.13 python3.12 python3.11; do \
	$$v -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$v; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
STAMP := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lock catalogues corpus fuzz reliability bench bench-documents bench-translation bench-ledger bench-desk screenshots clean

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

setup: $(STAMP) ## Make .venv from the lock file

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Énoncé needs Python 3.11 or later; none was found."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: $(STAMP) ## Carry the sample statement through the whole road, into ./out
	$(BIN)/enonce demo --out out $(ARGS)

test: $(STAMP) ## Run every test
	$(BIN)/python -m pytest $(ARGS)

check: $(STAMP) ## Lint, types, layers, catalogues
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m locales.extract --check

catalogues: $(STAMP) ## Take new sentences into both language catalogues
	$(BIN)/python -m locales.extract

corpus: $(STAMP) ## Hold the readers to every real file of ENONCE_CORPUS
	ENONCE_CORPUS_ALL=1 $(BIN)/python -m pytest tests/documents/test_corpus.py --timeout 900

fuzz: $(STAMP) ## Turn 20,000 real files wrong and read them
	ENONCE_FUZZ=20000 $(BIN)/python -m pytest -s tests/documents/test_fuzz.py --timeout 7200

reliability: $(STAMP) ## Make every attack on the desk in full (docs/desk/reliability.md; an hour or more)
	ENONCE_RELIABILITY=full ENONCE_ACCESS=all ENONCE_TIMING=200 $(BIN)/python -m pytest -s \
		tests/desk tests/approvals/test_board_crowd.py tests/approvals/test_concurrency.py \
		tests/approvals/test_workdays.py tests/documents/sealing/test_trust.py \
		tests/flows/test_clock.py tests/flows/test_server.py tests/flows/test_serve.py --timeout 7200 $(ARGS)

bench-desk: $(STAMP) ## Measure the desk's pages and 50 reviewers at once
	$(BIN)/python bench/bench_desk.py

screenshots: $(STAMP) ## Take the README's pictures of the desk (needs Chromium)
	$(BIN)/python bench/screenshots.py $(ARGS)

bench: $(STAMP) ## Measure the road: demo, decisions, seal, ledger, command start
	$(BIN)/python bench/bench_road.py

bench-documents: $(STAMP) $(PEERS)/.ready ## Measure segments, redlines and intake beside their peers
	$(BIN)/python bench/bench_segments.py --peer $(PEERS)/bin/python
	$(BIN)/python bench/bench_redline.py --peer $(PEERS)/bin/python
	$(BIN)/python bench/bench_intake.py
	$(BIN)/python bench/bench_documents.py

bench-translation: $(STAMP) $(PEERS)/.ready ## Measure memory look-ups, checks, sentences, and engines by chrF
	$(BIN)/python bench/bench_translation.py
	$(BIN)/python bench/bench_segmentation.py --peer $(PEERS)/bin/python
	$(BIN)/python bench/bench_engines.py

bench-ledger: $(STAMP) ## Measure the ledger: appends, checks, eight writers
	$(BIN)/python bench/bench_ledger.py

$(PEERS)/.ready: bench/requirements.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r bench/requirements.txt
	@touch $@

lock: ## Resolve the dependencies anew (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header \
		--extra dev --quiet pyproject.toml --output-file requirements.lock

clean: ## Remove what was made
	rm -rf $(VENV) $(PEERS) out dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
