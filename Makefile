# Every target names its one step; the work is done in bin/, ops/ and the tools of .venv.
STACK := PYTHONPATH=include:ops .venv/bin/python -m stack
export NEWSWIRE_PORT := $(or $(PORT),$(NEWSWIRE_PORT))

.DEFAULT_GOAL := help
.PHONY: help setup lock run stop status logs db test golden fuzz check language-profiles

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 26

setup: ## Build .venv from the locked requirements (PYTHON=/path/to/python3.13 chooses the interpreter)
	@bin/setup

lock: setup ## Resolve requirements*.in anew
	@bin/lock

run: setup ## Start everything, wait for the partners' first runs, tell what came of them (PORT=8090 moves the UI)
	@$(STACK) run

stop: ## Stop everything
	@if [ -x .venv/bin/python ]; then $(STACK) stop; else echo "nothing runs"; fi

status: setup ## Tell which parts run
	@$(STACK) status

logs: setup ## Follow the logs of all parts
	@$(STACK) logs

db: setup ## Start PostgreSQL alone, for bin/newswire
	@$(STACK) db

test: setup ## Run all tests, the fast ones first
	@.venv/bin/python -m pytest

golden: setup ## Write the expected files of the formats' golden pairs anew; read the difference before keeping it
	@PYTHONPATH=include .venv/bin/python ops/golden.py

fuzz: setup ## Run a million bent inputs through every parser (INPUTS=, SEED=, JOBS=); findings are saved in .newswire/fuzz
	@PYTHONPATH=include:ops nice .venv/bin/python -m fuzz --inputs $(or $(INPUTS),1000000) --seed $(or $(SEED),1) $(if $(JOBS),--jobs $(JOBS))

check: setup ## Lint, check the format and the types
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@MYPYPATH=ops .venv/bin/mypy -p newswire -p newswire_airflow -p stack -p sample_wire -p fuzz

language-profiles: setup ## Train the language profiles and word lists anew from the samples' sentences
	@.venv/bin/uv pip install --quiet --system-certs --python .venv/bin/python --target .newswire/language-sources \
		--no-deps --require-hashes -r ops/language-sources.txt
	@PYTHONPATH=include .venv/bin/python ops/train_language_profiles.py
