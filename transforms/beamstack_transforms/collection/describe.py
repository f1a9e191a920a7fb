"""What a pipeline needs to know of a collection's classes. Runs in the locked environment: `python describe.py NAME=CLASS...`."""

import hashlib
import inspect
import json
import sys
from typing import Any

_ANY_NUMBER = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)


def describe(class_name: str) -> dict[str, Any]:
    """Config schema, documentation and digest of the source of a class."""
    from apache_beam.utils import python_callable
    from apache_beam.yaml import yaml_provider

    factory = python_callable.PythonCallableWithSource.load_from_fully_qualified_name(class_name)
    source = inspect.getsource(inspect.getmodule(factory) or factory)
    return {
        "class": class_name,
        "description": yaml_provider.InlineProvider.description_from_callable(factory) or "",
        "schema": config_schema(factory),
        "source": "sha256:" + hashlib.sha256(source.encode()).hexdigest(),
    }


def config_schema(factory: Any) -> dict[str, Any]:
    """JSON schema of what the factory takes. Types are Beam's own reading of its annotations."""
    from apache_beam.yaml import json_utils, yaml_provider

    taken = inspect.signature(factory.__init__ if inspect.isclass(factory) else factory).parameters
    named = {name: one for name, one in taken.items() if name != "self" and one.kind not in _ANY_NUMBER}
    fields = {field.name: field for field in yaml_provider.InlineProvider.config_schema_from_callable(factory).fields}
    properties = {name: _property(one, fields[name], json_utils.beam_type_to_json_type(fields[name].type)) for name, one in named.items()}
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name, one in named.items() if one.default is inspect.Parameter.empty],
        "additionalProperties": any(one.kind is inspect.Parameter.VAR_KEYWORD for one in taken.values()),
    }


def _property(parameter: inspect.Parameter, field: Any, schema: dict[str, Any]) -> dict[str, Any]:
    # Beam's own JSON schemas leave out that a value may be null.
    if field.type.nullable and schema:
        schema = {"anyOf": [schema, {"type": "null"}]}
    default = {} if parameter.default is inspect.Parameter.empty or not _is_json(parameter.default) else {"default": parameter.default}
    return {**schema, **({"description": field.description} if field.description else {}), **default}


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return False
    return True


def main(arguments: list[str]) -> None:
    """Prints the versions that the classes were loaded with, and their descriptions, as JSON."""
    import apache_beam

    named = dict(argument.split("=", 1) for argument in arguments)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    transforms = {name: describe(class_name) for name, class_name in named.items()}
    print("RESULT " + json.dumps({"python": version, "beam": apache_beam.__version__, "transforms": transforms}))


if __name__ == "__main__":
    main(sys.argv[1:])
