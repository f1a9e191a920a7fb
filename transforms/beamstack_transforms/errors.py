"""Dead letters, in the form of Beam YAML's own transforms: rows with `element`, `msg` and `stack`."""

import traceback
from collections.abc import Mapping
from typing import Any

import apache_beam as beam
from apache_beam.yaml.yaml_utils import SafeLineLoader

from .elements import row_type_of

# Where failed elements go: {"output": NAME}.
ErrorHandling = Mapping[str, str]

# Name of the other output.
GOOD = "good"


def error_tag(error_handling: ErrorHandling | None) -> str | None:
    """The name of the output for failed elements; None where an error is to fail the pipeline."""
    if error_handling is None:
        return None
    given = dict(SafeLineLoader.strip_metadata(error_handling))
    tag = given.pop("output", None)
    if not isinstance(tag, str) or given:
        raise ValueError(f"error_handling is {{output: NAME}}, got {dict(error_handling)!r}")
    if tag == GOOD:
        raise ValueError(f"error_handling.output cannot be {GOOD!r}: that is the name of the other output")
    return tag


def failed(tag: str, element: Any, error: Exception) -> beam.pvalue.TaggedOutput:
    """The dead letter of an element."""
    stack = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return beam.pvalue.TaggedOutput(tag, beam.Row(element=element, msg=str(error), stack=stack))


def apply(pcoll: Any, function: beam.DoFn, output_type: Any, *, tag: str | None, element_type: Any = None) -> Any:
    """The outputs of a function that sends failed elements to `tag`: one, or with a tag two by name."""
    if tag is None:
        return pcoll | beam.ParDo(function).with_output_types(output_type)
    outputs = pcoll | beam.ParDo(function).with_outputs(tag, main=GOOD)
    outputs[GOOD].element_type = output_type
    letters = row_type_of([("element", element_type or pcoll.element_type), ("msg", str), ("stack", str)])
    outputs[tag].element_type = letters
    return {GOOD: outputs[GOOD], tag: outputs[tag]}
