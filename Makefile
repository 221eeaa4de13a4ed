# What developers and operators do here. Plain `make` lists it.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# Given on the command line or in the environment, these reach the commands below.
export PORT ?= 8000
export DATA ?= data

VENV := .venv
PYTHON := $(VENV)/bin/python
HEMEI := $(VENV)/bin/hemei
# A stamp is newer than what it was made from: when it is fresh, no installer is started at all.
READY := $(VENV)/.ready
READY_TO_TEST := $(VENV)/.ready-to-test
PIP := $(PYTHON) -m pip --disable-pip-version-check -qq

.PHONY: help run run-distributed up test check format bench first-render docs translations faults cluster-faults chaos browser lighthouse screenshots demo pins audit fuzz clean

help:  ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

run: $(READY)  ## Start everything in one process, nothing to install: PORT=8000 DATA=data
	@exec $(HEMEI) run

run-distributed: $(READY)  ## Start every process against given RabbitMQ and PostgreSQL: BROKER_URL= DATABASE_URL=
	@exec $(HEMEI) run-distributed

up:  ## Start everything in containers: RabbitMQ, PostgreSQL, a process each (settings in .env)
	@exec docker compose up --build

demo: $(READY)  ## Tell the story on the terminal, against the system at HEMEI_URL
	@exec $(HEMEI) demo

test: check  ## Run all checks and all tests, three at a time: half of their time is waiting
	@exec $(PYTHON) -m pytest -n 3 --dist loadgroup

check: $(READY_TO_TEST)  ## Lint, formatting, types, import rules, known vulnerabilities
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-logo
	@$(PYTHON) -m vulnerabilities

audit: $(READY_TO_TEST)  ## Ask now whether anything that is pinned has a known vulnerability
	@exec $(PYTHON) -m vulnerabilities --now

format: $(READY_TO_TEST)  ## Put the code into the agreed format
	@$(VENV)/bin/ruff check --fix
	@$(VENV)/bin/ruff format

faults: $(READY_TO_TEST)  ## Kill processes on purpose and count what was lost or doubled
	@exec $(PYTHON) -m pytest tests/faults

fuzz: $(READY_TO_TEST)  ## Try whatever the OpenAPI description lets think of, for minutes: EXAMPLES=100 SEED=7
	@seed=$${SEED:-$$$$}; echo "SEED=$$seed"; FUZZ_EXAMPLES=$(or $(EXAMPLES),100) FUZZ_SEED=$$seed \
		$(PYTHON) -m pytest tests/e2e/test_schemathesis.py

chaos: $(READY_TO_TEST)  ## Disturb the whole system while it works, then hold it against its promises: MINUTES=10 SEED=7
	@exec $(PYTHON) -m tests.faults.chaos $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED))

cluster-faults: $(READY_TO_TEST)  ## Kill and cut off nodes of a RabbitMQ cluster of three, made here for it
	@exec $(PYTHON) -m pytest tests/faults/in_a_cluster.py

browser: $(READY_TO_TEST)  ## Test the pages in Chromium; a picture of each is kept in build/browser
	@exec $(PYTHON) -m pytest tests/browser -n 2 --dist loadgroup

lighthouse: $(READY_TO_TEST)  ## Measure the main pages with Lighthouse (needs Node 20, Chromium): PAGES="partner street"
	@exec $(PYTHON) -m tests.browser.lighthouse $(PAGES)

screenshots: $(READY_TO_TEST)  ## Make the pictures of the READMEs anew, from the demo community's pages
	@exec $(PYTHON) -m tests.browser.screenshots

bench: $(READY_TO_TEST)  ## Measure the whole chain in both forms, written as JSON and a table
	@exec $(PYTHON) -m benchmarks

first-render: $(READY_TO_TEST)  ## Measure how soon the filing page is seen (needs Chromium)
	@exec $(PYTHON) -m benchmarks.first_render

docs: $(READY_TO_TEST)  ## Write the generated parts of docs/ anew
	@exec $(PYTHON) -m docs

translations: $(READY_TO_TEST)  ## Give every Chinese sentence of the pages a place for its English
	@exec $(PYTHON) -m docs.translations

pins:  ## Renew requirements*.txt from requirements*.in (add PINS=--upgrade for newer versions)
	@test -x .pins/bin/pip-compile || { python3 -m venv .pins && .pins/bin/python -m pip --quiet install pip-tools; }
	@for pinned in requirements requirements-dev; do \
		CUSTOM_COMPILE_COMMAND="make pins" .pins/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
			--no-emit-index-url --no-emit-find-links --no-emit-trusted-host $(PINS) \
			--output-file $$pinned.txt $$pinned.in || exit 1; \
	done

clean:  ## Remove the environment and caches; DATA is kept
	rm -rf $(VENV) .pins .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info

$(PYTHON):
	@for python in python3 python3.13 python3.12 python3.11; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "Hemei needs Python 3.11 or newer / 需要 Python 3.11 或更新版本" >&2; exit 1; fi; \
	if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$found cannot make virtual environments: apt-get install python3-venv / 请先安装 python3-venv" >&2; exit 1; \
	fi; \
	echo "Preparing $(VENV), once / 首次运行，正在准备环境 …"; \
	$$found -m venv $(VENV)

$(READY): requirements.txt pyproject.toml | $(PYTHON)
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(READY_TO_TEST): requirements-dev.txt $(READY)
	@$(PIP) install --require-hashes -r requirements.txt -r requirements-dev.txt
	@touch $@
