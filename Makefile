# `make` lists the verbs. Everything runs from .venv, which each verb sets up as far as it needs.

PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
RUN    := $(VENV)/.run-requirements
DEV    := $(VENV)/.dev-requirements

.DEFAULT_GOAL := help
.PHONY: help run test check format schemas bench faults node screenshots lock clean

help: #- list the verbs
	@grep -hE '^[a-z]+:.*#- ' $(MAKEFILE_LIST) | sed -E 's/:.*#- /\t/' | expand -t 14

run: $(RUN) #- start the designer and its sandbox (PORT=8501, SMS_APP=./app)
	@$(PY) -m ui

test: browser check #- lint, types and every test
	$(PY) -m pytest

check: $(DEV) #- lint, types and stale files, without the tests
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(PY) -m schemas --check

format: $(DEV) #- bring the code into its usual form
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

schemas: $(RUN) #- write the JSON Schemas anew from the configuration tables
	$(PY) -m schemas

bench: $(DEV) #- measure, as ratios within one run
	$(PY) -m tests.bench.sender
	$(PY) -m tests.bench.sandbox
	$(PY) -m tests.bench.sandbox --memory 1000000
	$(PY) -m tests.bench.bulk
	$(PY) -m tests.bench.check
	$(PY) -m tests.bench.tables

faults: $(DEV) #- 10,000 recipients, lost answers, and 100 power cuts
	$(PY) -m tests.element.power_cuts

node: $(DEV) #- let Alibaba's Node clients talk to the sandbox (needs npm)
	npm ci --prefix tests/sandbox/node
	$(PY) -m pytest tests/sandbox/test_sandbox_node.py tests/sandbox/test_sandbox_docs.py

screenshots: browser #- take the README's pictures from the running designer
	$(PY) -m tests.ui.screenshots

lock: $(DEV) #- pin the newest versions that pyproject.toml allows
	$(PY) -m pip install --quiet uv
	$(PY) -m uv pip compile --quiet --upgrade --universal --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 pyproject.toml --output-file requirements.txt
	$(PY) -m uv pip compile --quiet --upgrade --universal --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 --group dev --constraint requirements.txt pyproject.toml --output-file requirements-dev.txt

clean: #- remove what the other verbs made (never the app folder)
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: browser
browser: $(DEV)
	@.ci/browser $(PY)

$(VENV):
	@.ci/venv $(PYTHON) $(VENV)

$(RUN): requirements.txt | $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUN)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
