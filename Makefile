# The same commands as in README.md, for people who are used to make.
PYTHON ?= python3

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what running needs into .venv
	$(PYTHON) dev.py setup

run: ## start Skillshed with the sample region
	$(PYTHON) dev.py run

demo: run ## the same

test: ## run every check and test
	$(PYTHON) dev.py test

check: ## look at style, layout and types only
	.venv/bin/python -m ruff check . && .venv/bin/python -m ruff format --check . && .venv/bin/python -m mypy $$(ls -d app.py base accounts survey catalog matching review dashboards sample)

.PHONY: help setup run demo test check
.DEFAULT_GOAL := help
