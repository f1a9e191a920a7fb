"""Expands Beam YAML files and prints, as JSON, the error of each that Beam refuses. Nothing runs, and no Java service is started.

The first argument is JSON: `files`, `variables` for Jinja, and `providers` that all files have besides their own.
"""

import json
import sys

import apache_beam as beam
from apache_beam.utils import subprocess_server
from apache_beam.yaml import main, yaml_transform

NEEDS_JAVA = "needs a Java expansion service"


def no_java(*_args, **_kwargs):
    """The service of a Java transform is a download."""
    raise RuntimeError(NEEDS_JAVA)


def error_of(path, variables):
    """What Beam says of a file, empty where it expands it."""
    argv = [f"--yaml_pipeline_file={path}", *([f"--jinja_variables={json.dumps(variables)}"] if variables else [])]
    try:
        options, construct, _display = main.build_pipeline_components_from_argv(argv)
        pipeline = beam.Pipeline(options=options)
        construct(pipeline)
        pipeline.to_runner_api()
        return ""
    except Exception as error:  # whatever Beam raises is what the user is told
        return f"{type(error).__name__}: {error}"


def expanding_with(providers):
    """Beam's own expansion, of a file with more providers."""
    expand = yaml_transform.expand_pipeline

    def expanded(pipeline, spec, *arguments, **options):
        return expand(pipeline, {**spec, "providers": [*providers, *(spec.get("providers") or [])]}, *arguments, **options)

    return expanded


subprocess_server.JavaJarServer.local_jar = staticmethod(no_java)
asked = json.loads(sys.argv[1])
if asked.get("providers"):
    yaml_transform.expand_pipeline = expanding_with(asked["providers"])
print("RESULT " + json.dumps({path: error_of(path, asked["variables"]) for path in asked["files"]}))
