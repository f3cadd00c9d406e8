# `make help` lists the targets. Everything below runs from a bare clone: each target does its own set-up.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON := .venv/bin/python
WORKERS ?= auto
# In the order of the folders: xdist begins with the files of most tests, and the few long ones would come last, alone.
PYTEST := $(PYTHON) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.PHONY: help setup setup-e2e demo smoke sensor-trial deb-trial test test-unit one test-faults fault-run test-e2e access-check access-mutants bench lint types check fmt messages lock \
        dev-services dev-services-stop clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## install what is missing (system packages, .venv, translations)
	@python3 ops/install.py

setup-e2e:
	@python3 ops/install.py --e2e

demo: setup  ## the whole platform with one real sensor, until Ctrl-C
	@$(PYTHON) -m lab.demo

smoke: setup  ## the demo's scenario on free ports, every line checked
	@$(PYTHON) -m lab.smoke

sensor-trial: setup  ## a box made by `otasuke-sensor setup` alone: the scenario, the engine killed and stopped, a suppression
	@$(PYTHON) -m lab.sensor_trial

deb-trial:  ## on a machine to throw away (it is changed): the box's Debian package installed by apt and removed
	@python3 -m lab.deb_trial

test: test-unit  ## unit and database tests, then one smoke
	@$(PYTHON) -m lab.smoke

test-unit: setup
	@$(PYTEST) tests -m "not e2e" --ignore tests/e2e --ignore tests/faults

one: setup  ## one test file (or several, or one test): make one FILE=tests/alerts/test_digest.py
	@$(PYTHON) -m pytest -q $(FILE)

test-faults: setup  ## kill -9 of agent, web, worker and Redis during a replay (long)
	@$(PYTHON) -m pytest tests/faults

fault-run: setup  ## random kill -9 of everything while real attacks go through a real box (ROUNDS=20)
	@ROUNDS=$(or $(ROUNDS),20) $(PYTHON) -m lab.fault_run

test-e2e: setup-e2e  ## browser tests
	@$(PYTEST) -m e2e tests/e2e
	@$(PYTHON) -m pytest -m e2e tests/ui  # a run of its own: only one browser driver lives in a process

access-check: setup  ## who sees what: every address, table, task and mail as every role, against docs/access.toml
	@$(PYTHON) -m tests.access.check

access-mutants: setup  ## take away one policy, condition or check at a time: each must be noticed
	@$(PYTHON) -m tests.access.mutants

bench: setup  ## measure; writes var/bench/latest.json
	@$(PYTHON) -m bench

lint: setup  ## ruff: rules and format
	@$(PYTHON) -m ruff check . && $(PYTHON) -m ruff format --check .

types: setup  ## mypy
	@DEBUG=1 $(PYTHON) -m mypy

check: setup  ## Django's checks, missing migrations, import contracts, translations
	@$(PYTHON) -m ops.checks

fmt: setup  ## format and fix what ruff can
	@$(PYTHON) -m ruff check --fix . ; $(PYTHON) -m ruff format .

messages: setup  ## collect the texts to translate and compile them
	@$(PYTHON) -m ops.messages
	@$(PYTHON) ops/install.py

dev-services: setup  ## private PostgreSQL and Redis for development; then: eval "$$(make -s dev-env)"
	@$(PYTHON) -m ops.services start --dir var/dev

.PHONY: dev-env
dev-env:
	@$(PYTHON) -m ops.services env --dir var/dev

dev-services-stop:  ## stop them
	@$(PYTHON) -m ops.services stop --dir var/dev

lock:  ## resolve pyproject.toml again into requirements.lock and, without tools, requirements-run.lock (network)
	@rm -rf var/lock-venv && python3 -m venv var/lock-venv && var/lock-venv/bin/pip install -q uv
	@var/lock-venv/bin/uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --custom-compile-command "make lock" --upgrade -q -o requirements.lock
	@var/lock-venv/bin/uv pip compile pyproject.toml -c requirements.lock --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --custom-compile-command "make lock" -q -o requirements-run.lock
	@rm -rf var/lock-venv

clean:  ## stop everything private and remove var/ and caches (keeps .venv)
	@for dir in var/*/; do if [ -e "$$dir/services" ]; then python3 -m ops.services destroy --dir "$$dir"; fi; done
	@rm -rf var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
