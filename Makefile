# Everything that is done with the portal. `make` alone lists it.
#
#   make up PORTAL_PORT_OFFSET=100 PORTAL_STATE=.second    a second portal beside the first
#   make up STACK=compose                                  in containers; remembered until `make down`
#   make PYTHON=python3.12 up                              with another Python

PYTHON ?= python3
RUN := .portal/venv/bin/python
export PORTAL_PORT_OFFSET PORTAL_STATE

# Servers and services of this machine, or containers, which need nothing installed; `make up` remembers which, and
# tests use what is asked for, whatever is up.
HERE := $(or $(PORTAL_STATE),.portal)
TESTED := $(filter compose containers,$(STACK))
STACK ?= $(shell cat $(HERE)/stack 2>/dev/null || echo embedded)
$(if $(filter embedded compose containers,$(STACK)),,$(error STACK is embedded, compose or containers))
IN_CONTAINERS := $(filter compose containers,$(STACK))
PROGRAMS := $(if $(IN_CONTAINERS),,install)
# With PROCESSES tests are shared out in their order, a file whole, to processes that have a stack each. Those that kill
# and hurry then take the machine for themselves.
ALONE := tests/e2e/walks tests/faults
PYTEST = PORTAL_TEST_STACK=$(if $(TESTED),containers) $(RUN) -m pytest
DO := $(if $(IN_CONTAINERS),$(PYTHON) -m deploy.containers,$(RUN) -m deploy)

.DEFAULT_GOAL := help
.PHONY: help install up down restart status logs token bounce demo ops journey test check format bench faults walks lag pictures docs

help: ## Say what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## Fetch libraries and servers into .portal (the others do it by themselves)
	@$(PYTHON) deploy/bootstrap.py

up: $(PROGRAMS) ## Start everything, and return when it answers; STACK=compose in containers
	@$(DO) up

down: ## Stop everything; CLEAN=1 deletes .portal too
	@$(if $(wildcard $(HERE)/compose),$(PYTHON) -m deploy.containers down $(if $(CLEAN),--clean))
	@if [ -x $(RUN) ]; then $(RUN) -m deploy down $(if $(CLEAN),--clean); \
	elif [ -z "$(wildcard $(HERE)/compose)" ]; then echo "Nothing runs"; fi

restart: $(PROGRAMS) ## Start SERVICE=identity again, with the code of now
	@$(DO) restart $(SERVICE)

status: $(PROGRAMS) ## Show each part: version, port, state, memory
	@$(DO) status

logs: $(PROGRAMS) ## Follow what all parts say, or SERVICE=identity
	@$(DO) logs $(SERVICE)

token: install ## Print a token of the back office for the API
	@$(RUN) -m deploy token

bounce: install ## Return the newest mail to TO=address, as a mail server does
	@$(RUN) -m deploy bounces $(TO)

demo: $(PROGRAMS) ## Play the sample companies and people in again
	@$(DO) demo

ops: install ## Watch and mend the event streams: make ops ARGS="streams"
	@$(RUN) -m deploy ops $(ARGS)

journey: $(PROGRAMS) ## Walk the first journey through the running portal
	@$(if $(IN_CONTAINERS),$(DO) journey,$(RUN) examples/journey.py)

test: install ## Run all tests, with real servers of their own: STACK=containers has those in containers, PROCESSES=2 is sooner done
ifdef PROCESSES
	@$(PYTEST) --numprocesses=$(PROCESSES) --dist=loadfile --no-loadscope-reorder $(or $(ARGS),$(ALONE:%=--ignore=%))
	@$(if $(ARGS),,$(PYTEST) $(ALONE))
else
	@$(PYTEST) $(ARGS)
endif

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

lag: install ## Hold our lag against what Kafka's own tool says, 1,000 times
	@$(RUN) -m bench.lag $(ARGS)

pictures: install ## Take a picture of every page, and those of the documents
	@$(RUN) -m deploy.pictures $(ARGS)

docs: install ## Write the documents that come from code and measurements
	@$(RUN) -m deploy.documents
