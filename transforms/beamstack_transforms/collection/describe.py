"""What a pipeline needs to know of a collection's classes. Runs in the locked environment: `python describe.py NAME=CLASS...`."""

import hashlib
import inspect
import json
import sys
from typing import Any


def describe(class_name: str) -> dict[str, Any]:
    """Config schema and digest of the source of a class."""
    from apache_beam.utils import python_callable
    from apache_beam.yaml import json_utils, yaml_provider

    factory = python_callable.PythonCallableWithSource.load_from_fully_qualified_name(class_name)
    schema = yaml_provider.InlineProvider.config_schema_from_callable(factory)
    signature = inspect.signature(factory)
    required = [name for name, one in signature.parameters.items() if one.default is inspect.Parameter.empty]
    properties = {
        field.name: {**json_utils.beam_type_to_json_type(field.type), **({"description": field.description} if field.description else {})}
        for field in schema.fields
    }
    source = inspect.getsource(inspect.getmodule(factory) or factory)
    return {
        "class": class_name,
        "schema": {"type": "object", "properties": properties, "required": required, "additionalProperties": False},
        "source": "sha256:" + hashlib.sha256(source.encode()).hexdigest(),
    }


def main(arguments: list[str]) -> None:
    """Prints the descriptions as JSON."""
    named = dict(argument.split("=", 1) for argument in arguments)
    print("RESULT " + json.dumps({name: describe(class_name) for name, class_name in named.items()}))


if __name__ == "__main__":
    main(sys.argv[1:])
