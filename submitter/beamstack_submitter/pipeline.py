"""The Beam pipeline of the file, with its secrets and the options that the environment decides."""

import json
import os
from typing import Any

from .arguments import flag, with_flag
from .locked import verify
from .redaction import Redaction, quoted
from .settings import Settings


def jinja_variables(settings: Settings, redaction: Redaction) -> dict[str, Any]:
    """Variables of the file; secrets are read from their mounted files, and hidden from then on."""
    variables = dict(settings.variables)
    for name, secret in settings.secrets.items():
        with open(os.path.join(settings.folder, secret.file), encoding="utf-8", newline="") as file:
            value = file.read()
        redaction.hide(value)
        variables[name] = quoted(value) if secret.quoted else value
    return variables


def build(settings: Settings, redaction: Redaction, argv: list[str]) -> Any:
    """Expands the file; raises what Beam raises where it refuses it, and where a collection is not the one that was locked."""
    verify(settings.classes)
    # Beam takes a second to import: what ends before needs none of it.
    import apache_beam as beam
    from apache_beam.yaml import main

    if settings.original:
        with open(os.path.join(settings.folder, "pipeline.yaml"), encoding="utf-8", newline="") as file:
            rendered = file.read()
        main._pipeline_spec_from_args = lambda _known: rendered
        argv = with_flag(argv, "yaml_pipeline_file", settings.original)
    variables = "--jinja_variables=" + json.dumps(jinja_variables(settings, redaction))
    options, construct, display = main.build_pipeline_components_from_argv([*argv, variables])
    # The rendered file and the variables hold secrets, and display data is shown by Flink.
    display = {"yaml_jinja_template": display["yaml_jinja_template"]}
    pipeline = beam.Pipeline(options=_forced(options, argv, settings), display_data=display)
    construct(pipeline)
    return pipeline


def _forced(options: Any, argv: list[str], settings: Settings) -> Any:
    """Options in the file win over arguments in Beam; where a pipeline runs is not the file's to say."""
    from apache_beam.options import pipeline_options as known

    views = {
        known.StandardOptions: ("runner",),
        known.FlinkRunnerOptions: ("flink_master",),
        known.PortableOptions: ("job_endpoint", "environment_type", "environment_config"),
        known.GoogleCloudOptions: ("job_name",),
    }
    for view, names in views.items():
        for name in names:
            if flag(argv, name) is not None:
                setattr(options.view_as(view), name, flag(argv, name))
    if not settings.artifacts:
        # A list of the submitter's packages would be staged where no worker can read it.
        options.view_as(known.DebugOptions).add_experiment("disable_logging_submission_environment")
    return options
