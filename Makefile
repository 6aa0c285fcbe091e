# Everything that is done with the portal. `make` alone lists it.
#
#   make up PORTAL_PORT_OFFSET=100 PORTAL_STATE=.second    a second portal beside the first
#   make PYTHON=python3.12 up                              with another Python

PYTHON ?= python3
RUN := .portal/venv/bin/python
export PORTAL_PORT_OFFSET PORTAL_STATE

.DEFAULT_GOAL := help
.PHONY: help install up down restart status logs token bounce demo ops journey test check format bench faults walks pictures docs

help: ## Say what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## Fetch libraries and servers into .portal (the others do it by themselves)
	@$(PYTHON) deploy/bootstrap.py

up: install ## Start everything, and return when it answers
	@$(RUN) -m deploy up

down: ## Stop everything; CLEAN=1 deletes .portal too
	@if [ -x $(RUN) ]; then $(RUN) -m deploy down $(if $(CLEAN),--clean); else echo "Nothing runs"; fi

restart: install ## Start SERVICE=identity again, with the code of now
	@$(RUN) -m deploy restart $(SERVICE)

status: install ## Show each part: version, port, state, memory
	@$(RUN) -m deploy status

logs: install ## Follow what all parts say, or SERVICE=identity
	@$(RUN) -m deploy logs $(SERVICE)

token: install ## Print a token of the back office for the API
	@$(RUN) -m deploy token

bounce: install ## Return the newest mail to TO=address, as a mail server does
	@$(RUN) -m deploy bounces $(TO)

demo: install ## Play the sample companies and people in again
	@$(RUN) -m deploy demo

ops: install ## Watch and mend the event streams: make ops ARGS="streams"
	@$(RUN) -m deploy ops $(ARGS)

journey: install ## Walk the first journey through the running portal
	@$(RUN) examples/journey.py

test: install ## Run all tests, with real servers of their own
	@$(RUN) -m pytest $(ARGS)

check: install ## Check style, types, imports between parts, documents
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	.portal/venv/bin/lint-imports
	$(RUN) -m deploy.documents --check

format: install ## Put the code into its form
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

bench: install ## Measure, beside what it is compared with; takes long
	@$(RUN) -m bench $(ARGS)

faults: install ## Break everything at every place, and see that nothing is lost; takes long
	@$(RUN) -m bench.faults $(ARGS)
	@$(RUN) -m bench.parked

walks: install ## Walk the portal at random against models of it; takes long
	@$(RUN) -m bench.walks $(ARGS)

pictures: install ## Take a picture of every page, and those of the documents
	@$(RUN) -m deploy.pictures $(ARGS)

docs: install ## Write the documents that come from code and measurements
	@$(RUN) -m deploy.documents
