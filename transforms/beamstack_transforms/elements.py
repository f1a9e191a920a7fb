"""Elements as Beam YAML has them (rows), and as Python pipelines have them (strings, dicts, named tuples)."""

from collections.abc import Mapping, Sequence
from typing import Any

from apache_beam.typehints import row_type, schemas


def fields_of_type(element_type: Any) -> list[tuple[str, Any]] | None:
    """Names and types of the fields of a row type, None for every other type."""
    if element_type is Any or element_type is str:
        return None
    try:
        return list(schemas.named_fields_from_element_type(element_type))
    except (TypeError, ValueError, AttributeError):
        return None


def as_fields(element: Any) -> dict[str, Any] | None:
    """The fields of an element, None where it has none."""
    if isinstance(element, Mapping):
        return dict(element)
    for method in ("as_dict", "_asdict"):
        if hasattr(element, method):
            return dict(getattr(element, method)())
    return None


def row_type_of(fields: Sequence[tuple[str, Any]]) -> Any:
    """The type of a row with these fields."""
    return row_type.RowTypeConstraint.from_fields(list(fields))


def choose_field(names: Sequence[str], wanted: str | None, usual: str) -> str:
    """The field that a transform works on: the one that is named, else the usual one, else the only one."""
    if wanted is not None:
        if wanted not in names:
            raise ValueError(f"there is no field {wanted!r}; the input has {', '.join(names) or 'none'}")
        return wanted
    if usual in names:
        return usual
    if len(names) == 1:
        return names[0]
    raise ValueError(f"name the field to work on; the input has {', '.join(names) or 'none'}, and none is called {usual!r}")


def require_fields(names: Sequence[str], wanted: Sequence[str], option: str) -> None:
    """Refuse names that the input does not have, while the pipeline is built."""
    missing = [name for name in wanted if name not in names]
    if missing:
        raise ValueError(f"{option} names {', '.join(missing)}; the input has {', '.join(names)}")
