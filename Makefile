# Candlewick. `make run` opens the window, `make test` runs every check; both set up what they need first.
#
# Everything is installed into .venv from hashed locks; nothing is installed anywhere else, except the Debian
# packages that Qt needs, and those only as root (otherwise the line to run is printed).

.DEFAULT_GOAL := help
.SUFFIXES:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

python := .venv/bin/python
# Locks keep their versions; `make lock UPGRADE=1` takes the newest that pyproject.toml allows.
compile := $(python) -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)
peers := $(wildcard benchmarks/environments/*.in)

.PHONY: help run test bench lint lock config reference formulas clean pictures

help: ## Show this list
	@echo "Candlewick"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s%s\n", $$1, $$2 }' Makefile

run: .venv/.ready-to-run ## Open the window with the demo scan (without a display: the same scan into out/)
	@sh tools/run_demo.sh

test: .venv/.ready-to-test ## Run every check: tests, types, style, import rules, coverage
	@sh tools/run_tests.sh $(TESTS)

bench: .venv/.ready-to-run ## Measure Candlewick beside its peers; writes docs/performance.md (BENCH="--quick" does not)
	@$(python) -m benchmarks.bench $(BENCH)

lint: .venv/.ready-to-test ## Run the quick checks only: ruff, mypy, import rules
	@$(python) -m ruff check
	@$(python) -m ruff format --check
	@$(python) -m mypy
	@.venv/bin/lint-imports

lock: .venv/.ready-to-test ## Write requirements.lock, requirements-dev.lock and the benchmarks' locks anew
	@$(python) -m pip install --quiet --disable-pip-version-check uv
	@$(compile) --group build pyproject.toml --output-file requirements.lock
	@$(compile) --group build --extra test --constraint requirements.lock pyproject.toml --output-file requirements-dev.lock
	@$(foreach peer,$(peers),$(compile) $(peer) --output-file $(peer:.in=.lock) &&) true
	@echo "requirements.lock and requirements-dev.lock are up to date with pyproject.toml."

config: .venv/.ready-to-run ## Write config.yaml anew from the settings' schema
	@$(python) tools/write_config.py

reference: .venv/.ready-to-run ## Write docs/reference anew from the functions, settings and commands
	@$(python) tools/write_reference.py

formulas: .venv/.ready-to-test ## Try 100,000 random texts and 2,000 random formulas on the language
	@$(python) tools/random_formulas.py

pictures: .venv/.ready-to-run ## Draw the pictures of the README and the guide anew from the demo universe
	@QT_QPA_PLATFORM=offscreen $(python) tools/pictures.py

clean: ## Remove everything that make made, .venv included
	@rm -rf .venv .venv-bench bench demo demo.partial out build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@rm -f .coverage .coverage.*
	@find engine gui resources tests tools -name __pycache__ -prune -exec rm -rf {} +

.venv/.ready-to-run: requirements.lock pyproject.toml tools/set_up.sh
	@sh tools/set_up.sh requirements.lock
	@touch .venv/.ready-to-run

.venv/.ready-to-test: requirements-dev.lock pyproject.toml tools/set_up.sh
	@sh tools/set_up.sh requirements-dev.lock
	@touch .venv/.ready-to-run .venv/.ready-to-test
