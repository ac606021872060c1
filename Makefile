# CPMS. Needs Python 3.11 or later and make; everything else is installed into .venv and .local.
.DEFAULT_GOAL := help
.PHONY: help run test test-long bench lint checks security audit known-weaknesses bandit sbom requirements screenshots lock locks

COMPILE = uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml

# The first Python that starts and is new enough becomes the bootstrap, which becomes the module.
define with
@for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		exec $$python cpms/local/bootstrap.py $(1); \
	fi; \
done; \
echo "CPMS needs Python 3.11 or later, and none of python3, python3.14 … python3.11 is one that starts." >&2; \
exit 1
endef

help: ## List these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

run: ## Start the service with demonstration data at http://127.0.0.1:8000 (PORT=8001 for another port)
	$(call with,requirements-local.txt cpms.local.supervisor)

test: ## Run all tests (ARGS="tests/accounts -x" for some of them)
	$(call with,requirements-test.txt cpms.local.testing --browser -- pytest -n 3 --dist worksteal $(ARGS))

test-long: export TEST_LONG = 1
test-long: test ## Run all tests, the random and race tests at full count

bench: ## Measure what must stay fast, or equal in time
	$(call with,requirements-test.txt cpms.local.testing -- python -m bench.directory)
	$(call with,requirements-test.txt cpms.local.testing -- python -m bench.enumeration)
	$(call with,requirements-test.txt cpms.local.testing -- python -m bench.helpdesk)
	$(call with,requirements-test.txt cpms.local.testing -- python -m bench.search)
	$(call with,requirements-test.txt cpms.local.testing -- python -m bench.plans)
	$(call with,requirements-test.txt cpms.local.testing -- python -m bench.load)

lint: ## Check style, types, layers, templates and migrations
	$(call with,requirements-test.txt cpms.local.testing -- $(MAKE) --no-print-directory checks)

checks:
	ruff check .
	ruff format --check .
	mypy .
	lint-imports
	djlint --check templates
	djlint --lint templates crispy_nhsuk
	djlint --lint templates -e jinja --profile=jinja
	python manage.py makemigrations --check --dry-run
	python manage.py lintmigrations --quiet ok ignore

security: bandit audit sbom ## Look for weaknesses in our code and in the libraries, and list these

bandit: ## Look for weaknesses in our own code
	$(call with,requirements-test.txt bandit --quiet --recursive --severity-level medium --configfile pyproject.toml .)

audit: ## Look up known weaknesses of the libraries in production
	@$(MAKE) --no-print-directory known-weaknesses || \
	{ echo "Not passed: a library has a known weakness, or could not be looked up; see above." >&2; exit 1; }

# Strict: a library that could not be looked up is no pass.
known-weaknesses:
	$(call with,requirements-test.txt pip_audit --strict --require-hashes --disable-pip --progress-spinner off --requirement requirements.txt)

sbom: ## List the libraries in production as build/sbom.json (CycloneDX)
	@mkdir -p build
	$(call with,requirements-test.txt cyclonedx_py requirements requirements.txt --output-format JSON --output-file build/sbom.json)

requirements: ## List the requirements with the tests that prove each
	$(call with,requirements-test.txt cpms.local.testing -- python -m tests.requirements_report)

screenshots: ## Take pictures of the main pages
	$(call with,requirements-test.txt cpms.local.testing --browser -- python -m tests.screenshots)

lock: ## Renew the lock files from pyproject.toml
	$(call with,requirements-test.txt cpms.local.testing -- $(MAKE) --no-print-directory locks)

locks:
	$(COMPILE) -o requirements.txt
	$(COMPILE) --extra local -o requirements-local.txt
	$(COMPILE) --extra local --extra test -o requirements-test.txt
