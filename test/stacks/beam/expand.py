"""Expands every Beam YAML file in a folder and prints, as JSON, what Beam made of each: a digest of its graph, or the error.

For each `NAME.yaml` the variables of `NAME.json`, where there is one, are given to Jinja through the submitter's own escaping.
"""

import hashlib
import json
import pathlib
import re
import sys

import apache_beam as beam
from apache_beam.utils import subprocess_server
from apache_beam.yaml import main


def no_java(*_args, **_kwargs):
    """Java transforms are not expanded here: their services are downloads."""
    raise RuntimeError("needs a Java expansion service")


def expand(path):
    """A digest of the pipeline's transforms and their payloads, without what differs from run to run."""
    variables = path.with_suffix(".json")
    argv = [f"--yaml_pipeline_file={path}"]
    if path.read_text(encoding="utf-8").startswith("# json_schema_validation: none"):
        argv.append("--json_schema_validation=none")
    if variables.exists():
        argv.append("--jinja_variables=" + variables.read_text(encoding="utf-8"))
    options, construct, _display = main.build_pipeline_components_from_argv(argv)
    pipeline = beam.Pipeline(options=options)
    construct(pipeline)
    proto = pipeline.to_runner_api()
    names = sorted((each.unique_name, each.spec.urn) for each in proto.components.transforms.values())
    specs = re.sub(r"at line \d+|[0-9a-f-]{36}", "", json.dumps(names))
    return {"digest": hashlib.sha256(specs.encode()).hexdigest(), "transforms": len(names)}


def outcome(path):
    """What Beam says of one file."""
    try:
        return expand(path)
    except Exception as error:  # whatever Beam raises is what the test wants to see
        return {"error": f"{type(error).__name__}: {error}"[:500]}


subprocess_server.JavaJarServer.local_jar = staticmethod(no_java)
print("RESULT " + json.dumps({path.stem: outcome(path) for path in sorted(pathlib.Path(sys.argv[1]).glob("*.yaml"))}))
