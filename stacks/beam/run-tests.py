"""Runs the tests of a Beam YAML file with Beam's own test runner.

The first argument is JSON: providers that the file has besides its own. The others are those of Beam.
"""

import json
import logging
import sys

from apache_beam.yaml import main, yaml_testing


def testing_with(providers):
    """Beam's own run of one test, of a file with more providers."""
    run = yaml_testing.run_test

    def tested(spec, *arguments):
        return run({**spec, "providers": [*providers, *(spec.get("providers") or [])]}, *arguments)

    return tested


logging.getLogger().setLevel(logging.INFO)
yaml_testing.run_test = testing_with(json.loads(sys.argv[1]))
main.run_tests(sys.argv[2:])
