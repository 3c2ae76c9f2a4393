# `make help` lists what this file offers; `make PYTHON=/path/to/python3.12 run` chooses a Python.

.DEFAULT_GOAL := help

IN := .venv/bin/python -m
IN_DEV := .venv-dev/bin/python -m
UV := uv==0.13.8
LOCK := .venv-lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header \
	--python-version 3.11

# An environment that is active outside must not reach into ours.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH
export PYTHON

.PHONY: help install run dev test bench lock format clean development

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

install: ## make .venv and install the pinned requirements, unless that is done
	@tools/environment .venv requirements.txt

run: install ## set everything up and serve on http://127.0.0.1:5000
	@$(IN) flask db upgrade
	@$(IN) flask first-run
	@exec $(IN) gunicorn wsgi:app

dev: export CASEBOOK_ENV := development
dev: install ## serve for developers: reloads when a file changes, shows errors
	@$(IN) flask db upgrade
	@$(IN) flask first-run
	@$(IN) flask worker --ends-with $$$$ & exec $(IN) flask run --debug --host "$${CASEBOOK_HOST:-127.0.0.1}" \
		--port "$${CASEBOOK_PORT:-5000}"

test: development ## run every check and every test, on both databases and in a browser
	$(IN_DEV) ruff check .
	$(IN_DEV) ruff format --check .
	$(IN_DEV) mypy
	.venv-dev/bin/lint-imports
	$(IN_DEV) pytest -n auto $(PYTEST)

bench: development ## measure against the goals in docs/performance.md
	$(IN_DEV) bench $(BENCH)

lock: ## pin requirements.in and requirements-dev.in, with hashes
	@test -x .venv-lock/bin/uv || ( python3 -m venv .venv-lock && \
		.venv-lock/bin/pip install --quiet $(UV) )
	$(LOCK) requirements.in --output-file requirements.txt
	$(LOCK) requirements-dev.in --output-file requirements-dev.txt

format: development ## put the code into the form that `make test` asks for
	$(IN_DEV) ruff check --fix .
	$(IN_DEV) ruff format .

clean: ## remove what can be made again; the data in instance/ stays
	rm -rf .venv .venv-dev .venv-lock test-artifacts
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

development:
	@tools/environment .venv-dev requirements-dev.txt
