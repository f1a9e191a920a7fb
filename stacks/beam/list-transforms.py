"""Prints, as JSON, the transforms that Beam YAML knows by itself: names, fields, types; no descriptions; and its schema of pipelines."""

import hashlib
import importlib.resources
import json

import yaml
from apache_beam import version
from apache_beam.utils import subprocess_server
from apache_beam.yaml import json_utils, yaml_provider


def no_java(*_args, **_kwargs):
    """Java transforms are listed by name: asking for their fields would download their expansion service."""
    raise RuntimeError("not fetched")


def field_facts(field):
    """Type and nullability of one field, None where Beam cannot tell."""
    kind = json_utils.beam_type_to_json_type(field.type)
    return {"type": kind.get("type", "any"), "required": not field.type.nullable}


def python_facts(provider, name):
    """Fields that a Python transform declares."""
    schema = provider.config_schema(name)
    fields = {field.name: field_facts(field) for field in schema.fields} if schema else {}
    return {"language": "python", "input": bool(provider.requires_inputs(name, {})), "fields": fields}


def java_facts(provider, name):
    """Field names of a Java transform, as far as Beam's own renaming table has them."""
    mapping = getattr(provider, "_mappings", {}).get(name, {})
    return {"language": "java", "fields": {key: {"type": "any", "required": False} for key in mapping}}


def main():
    """Python wins where a transform has both languages, as it does in Beam."""
    subprocess_server.JavaJarServer.local_jar = staticmethod(no_java)
    found = {}
    for provider in all_providers():
        python = not needs_java(provider)
        for name in provider.provided_transforms():
            if python:
                found[name] = python_facts(provider, name)
            else:
                found.setdefault(name, java_facts(provider, name))
    facts = {"origin": f"PyPI apache-beam {version.__version__}", "digests": digests(), "schema": schema(), "transforms": found}
    print(json.dumps(facts, sort_keys=True, indent=1))


def schema():
    """Beam's own schema of pipelines."""
    text = importlib.resources.files("apache_beam.yaml").joinpath("pipeline.schema.yaml").read_text()
    return yaml.safe_load(text)


def digests():
    """Digests of the tables in the package that these facts come from."""
    folder = importlib.resources.files("apache_beam.yaml")
    names = ("pipeline.schema.yaml", "standard_io.yaml", "standard_providers.yaml", "yaml_mapping.py")
    return {name: hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() for name in names}


def all_providers():
    """Every provider once."""
    seen = []
    for providers in yaml_provider.standard_providers().values():
        for provider in providers:
            if all(provider is not other for other in seen):
                seen.append(provider)
    return seen


def needs_java(provider):
    """Is the provider, or the one it renames or queries, a Java one?"""
    inner = getattr(provider, "_underlying_provider", None) or provider
    return isinstance(inner, (yaml_provider.ExternalJavaProvider, yaml_provider.SqlBackedProvider))


main()
