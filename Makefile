# Every command works on a fresh clone with nothing but Python 3.11 or newer; see deploy/local.

# Inside .venv if it stands, else the first Python that is new enough.
PYTHON ?= $(shell for each in .venv/bin/python python3 python3.13 python3.12 python3.11; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$each"; exit; }; \
	done; echo python-3.11-or-newer-is-missing)
LAUNCH = @$(PYTHON) -m deploy.local

# Handed over as environment variables, exactly as typed: no shell and no make looks into a question again.
define hand_over
ifeq ($$(filter undefined default,$$(origin $(1))),)
override $(1) := $$(value $(1))
export $(1)
endif
endef
$(foreach name,Q FILE AGENT ARGS PORT,$(eval $(call hand_over,$(name))))

# Make and compilers know AS as the assembler, so it counts only when typed here, and travels under another name.
ifeq ($(origin AS),command line)
export ASK_AS := $(value AS)
endif

.DEFAULT_GOAL := help
.PHONY: run test ask lint format reset help bench manage shell requirements system

run: ## Start everything on http://localhost:8000 (PORT=…); Ctrl-C stops it, the data stays
	$(LAUNCH) run

test: ## Run the whole suite on services of its own (ARGS="tests/crm -k import" for a part)
	$(LAUNCH) test

ask: ## Ask the assistant: make ask Q="…" [AS=email] [FILE=path] [AGENT=sales]
	$(LAUNCH) ask

lint: ## Check style, types, imports, migrations and configuration
	$(LAUNCH) lint

format: ## Format the code
	$(LAUNCH) format

reset: ## Delete .local/ (database, files, passwords) after asking
	$(LAUNCH) reset

manage: ## Run a Django command with the services up: make manage ARGS="showmigrations crm"
	$(LAUNCH) manage

shell: ## Open Django's shell with the services up
	@ARGS=shell $(PYTHON) -m deploy.local manage

bench: ## Run the benchmarks on services of their own
	$(LAUNCH) bench

requirements: ## Pin what requirements/*.in name (ARGS=--upgrade for the newest versions)
	$(LAUNCH) requirements

system: ## Install the optional system packages now (needs root or sudo)
	$(LAUNCH) system

help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z]+):.*## (.*)/\1\t\2/' | expand -t 14
