# The two commands of the README are `make serve` and `make test`.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
APP := .venv/bin/python
BOT := .venv/bin/python
RUN := .venv/bin

.PHONY: help serve test check lint types contracts format setup develop test-app test-bot quality bench chaos soak cluster audit fuzz pictures lock clean

help: ## Show the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found." >&2; exit 1; }

setup: python ## Make everything a start needs
	@$(PYTHON) -m scripts.prepare

develop: python ## The same, with the test tools
	@$(PYTHON) -m scripts.prepare --development

serve: setup ## Start the product, print its address, stop it with Ctrl-C
	@exec $(APP) -m scripts.serve

test: develop ## Run the whole suite, the running-stack tests included
	@$(MAKE) --no-print-directory test-bot test-app

test-app: ## Tests of gateway, actions, knowledge base and the running stack
	$(RUN)/pytest

test-bot: ## Tests of the dialogue server, its data and its conversation stories
	cd bot && $(BOT) -m pytest tests

check: lint types contracts ## Everything that reads the code without running it

lint: ## Style
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .

types: ## Types
	$(RUN)/mypy

contracts: ## Dependencies between the packages
	$(RUN)/lint-imports

format: ## Format the code
	$(RUN)/ruff format .
	$(RUN)/ruff check --fix .

quality: develop ## Articles against their facts, search and understanding against their measures
	$(APP) -m knowledge_base check
	$(APP) -m knowledge_base evaluate --check-baseline
	for fold in 0 1 2 3 4; do \
		$(APP) -m knowledge_base export-reader bot/adapters/fold-$$fold.safetensors \
			bot/models/reader-fold-$$fold || exit 1; \
	done
	cd bot && $(BOT) evaluate.py --check-baseline

bench: develop ## Measure the running product and the search; results in var/bench
	$(APP) -m benchmarks
	$(APP) -m benchmarks.long_message
	$(APP) -m benchmarks.search
	$(APP) -m benchmarks.index_life
	$(APP) -m benchmarks.gateway
	$(APP) -m benchmarks.sockets
	$(APP) -m benchmarks.widget
	$(APP) -m benchmarks.wechat_wire

cluster: setup ## Start two of each behind nginx, with PostgreSQL and Redis; stop with Ctrl-C
	@exec $(APP) -m scripts.cluster

audit: develop ## Known weaknesses of what is locked, against those accepted
	$(APP) -m scripts.audit

fuzz: develop ## Made-up requests and input, far more than the suite's; results in docs/evidence
	$(APP) -m benchmarks.fuzz_api
	$(APP) -m benchmarks.fuzz_parsers

soak: setup ## An hour at half of the peak with kills, a slow disk and clock jumps; result in var/bench
	$(APP) -m benchmarks.soak

chaos: setup ## Kill processes at random under load, then read the record; result in var/bench
	$(APP) -m benchmarks.chaos

pictures: develop ## Take the handbook's pictures anew, from generated data
	HANDBOOK_PICTURES=docs/images $(RUN)/pytest -q tests/browser/pages

lock: ## Write the lock files anew
	$(RUN)/uv pip compile pyproject.toml -o requirements/app.lock
	$(RUN)/uv pip compile --extra dev --extra tracing pyproject.toml -o requirements/dev.lock
	$(APP) -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']\
	['optional-dependencies']['tracing'], sep='\n')" \
		| $(RUN)/uv pip compile - -c requirements/app.lock -o requirements/tracing.lock
	$(RUN)/uv pip compile --no-config --python-version 3.10 --generate-hashes --no-header \
		--no-annotate bot/requirements.in -o bot/requirements.lock

clean: ## Remove everything that was made, conversations included
	rm -rf .venv bot/.venv bot/models bot/.rasa var
