"""Documentation of a locked collection: what a person who writes a pipeline with it has to know."""

import json
from typing import Any


def documentation(lock: dict[str, Any]) -> str:
    """A page with every transform and the fields of its config."""
    name, _, version = lock["package"].partition("==")
    head = [f"# {name} {version}", f"Locked with Python {lock['python']} and Beam {lock['beam']}. Written by the lock: do not edit."]
    return "\n\n".join([*head, *(_section(name, one) for name, one in sorted(lock["transforms"].items()))]) + "\n"


def _section(name: str, transform: dict[str, Any]) -> str:
    schema = transform["schema"]
    rows = [_row(field, one, field in schema["required"]) for field, one in schema["properties"].items()]
    table = ["| field | type | default | what it does |", "| --- | --- | --- | --- |", *rows]
    more = ["It takes further fields."] if schema["additionalProperties"] else []
    parts = [f"## {name}", f"`{transform['class']}`", transform["description"].strip()]
    return "\n\n".join([*filter(None, parts), "\n".join(table) if rows else "No fields.", *more])


def _row(field: str, schema: dict[str, Any], required: bool) -> str:
    default = "required" if required else f"`{json.dumps(schema['default'])}`" if "default" in schema else ""
    cells = [f"`{field}`", _type(schema), default, schema.get("description", "")]
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return f"{_type(schema['anyOf'][0])} or null"
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("type", "any"))
