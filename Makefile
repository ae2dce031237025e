# make run: the service on this host, on port 8072. make docs: the manual.
# make test: what is shown at every landing: everything, real servers included, but of the faults the most telling ones.
# make test-faults: every fault once. make soak SECONDS=3600: random faults. All three take FAULT_SEED=...

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
# Two tests at a time, each with servers of its own: most of the time a test waits.
PYTEST := $(BIN)/python -m pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder

.PHONY: run test test-faults soak lint docs audit lock clean

run: $(VENV)/.run
	$(BIN)/alembic -c development.ini upgrade head
	exec $(BIN)/pserve development.ini

test: $(VENV)/.test
	$(PYTEST) -m "not rare"

test-faults: $(VENV)/.test
	$(PYTEST) tests/faults

SECONDS ?= 3600
soak: $(VENV)/.test
	SOAK_SECONDS=$(SECONDS) $(BIN)/python -m pytest -s tests/faults/soak.py

lint: $(VENV)/.lint
	$(BIN)/tox run -e pep8

# docs/_build/html/index.html. A warning is an error, and a page that was not read again would have none.
docs: $(VENV)/.docs
	$(BIN)/python -m sphinx --fresh-env --fail-on-warning --keep-going --nitpicky --quiet docs docs/_build/html

# What is known to be weak in the code, and in the versions that constraints.txt names.
audit: $(VENV)/.audit
	$(BIN)/bandit -q -r src --skip B104,B105,B107,B405
	$(BIN)/pip-audit --disable-pip --no-deps -r constraints.txt

# Writes constraints.txt anew, with the newest versions that setup.py allows; run the tests before it is committed.
lock:
	rm -rf $(VENV)/lock
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet --upgrade --disable-pip-version-check \
		-e '.[postgresql,mysql,memcached,test,lint]' pip tox 'setuptools<80.9'
	$(VENV)/lock/bin/python -m pip freeze --all --exclude-editable > constraints.txt
	rm -rf $(VENV)/lock

clean:
	rm -rf $(VENV) .tox build docs/_build

# The pip that a Python brings is of that Python's day, and takes twice as long.
$(VENV)/.python:
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15) and "Python 3.11 to 3.14 is needed: make PYTHON=python3.x")'
	$(PYTHON) -m venv $(VENV)
	$(PIP_INSTALL) pip
	touch $@

$(VENV)/.run: $(VENV)/.python setup.py constraints.txt
	$(PIP_INSTALL) -e .
	touch $@

$(VENV)/.test: $(VENV)/.python setup.py constraints.txt
	$(PIP_INSTALL) -e '.[postgresql,mysql,memcached,test]'
	touch $@

$(VENV)/.docs: $(VENV)/.python setup.py constraints.txt docs/requirements.txt
	$(PIP_INSTALL) -e . -r docs/requirements.txt
	touch $@

$(VENV)/.audit: $(VENV)/.python setup.py constraints.txt
	$(PIP_INSTALL) -e '.[audit]'
	touch $@

$(VENV)/.lint: $(VENV)/.python constraints.txt
	$(PIP_INSTALL) tox
	touch $@
