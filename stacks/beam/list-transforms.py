"""Prints, as JSON, what Beam YAML knows by itself: transforms, providers and named functions, with fields and types; no descriptions."""

import hashlib
import importlib.resources
import inspect
import json

import yaml
from apache_beam import version
from apache_beam.transforms import resources
from apache_beam.typehints.schemas import typing_to_runner_api
from apache_beam.utils import subprocess_server
from apache_beam.yaml import json_utils, yaml_combine, yaml_mapping, yaml_ml, yaml_provider


def no_java(*_args, **_kwargs):
    """Java transforms are listed by name: asking for their fields would download their expansion service."""
    raise RuntimeError("not fetched")


def parameters(constructor):
    """Parameters of a class or function, without `self`."""
    if isinstance(constructor, type):
        return [each for name, each in inspect.signature(constructor.__init__).parameters.items() if name != "self"]
    return list(inspect.signature(constructor).parameters.values())


def field(parameter):
    """One field: its schema, whether it must be given, and its default where JSON has it."""
    annotation = object if parameter.annotation is parameter.empty else parameter.annotation
    try:
        schema = json_utils.beam_type_to_json_type(typing_to_runner_api(annotation))
    except (TypeError, ValueError, KeyError):
        schema = {}
    facts = {"required": parameter.default is parameter.empty, "schema": plain(schema)}
    if isinstance(parameter.default, (str, int, float, bool)):
        facts["default"] = parameter.default
    return facts


def plain(schema):
    """A schema without the keys that Beam's own YAML loader adds to mappings."""
    if not isinstance(schema, dict):
        return schema
    own = {key: plain(each) for key, each in schema.items() if key not in ("__line__", "__uuid__")}
    return {key: each for key, each in own.items() if key != "properties" or each}


def signature(constructor, skip=()):
    """Fields of a class or function; `open` where it passes others on."""
    named = [each for each in parameters(constructor) if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
    return {
        "fields": {each.name: field(each) for each in named if each.name not in skip},
        "open": any(each.kind == each.VAR_KEYWORD for each in parameters(constructor)),
    }


def python_facts(provider, name):
    """Fields of a Python transform. Names that Beam renames are the YAML's; it passes all others on as they are."""
    renaming = isinstance(provider, yaml_provider.RenamingProvider)
    inner = provider._underlying_provider if renaming else provider
    target = provider._transforms[name] if renaming else name
    facts = signature(inner._transform_factories[target])
    if renaming:
        hidden = set(provider._defaults.get(name, {}))
        by_name = {to: yaml_name for yaml_name, to in provider._mappings[name].items()}
        known = {by_name[to]: each for to, each in facts["fields"].items() if to in by_name}
        passed = sorted(to for to in facts["fields"] if to not in by_name and to not in hidden)
        free = {each: {"required": False, "schema": {}} for each in provider._mappings[name] if each not in known}
        facts = {**facts, "fields": {**free, **known}, "passed": passed}
    return {"language": "python", "input": bool(provider.requires_inputs(name, {})), **facts}


def java_facts(provider, name):
    """Field names of a Java transform, as far as Beam's own tables have them: those that become SQL are Python functions."""
    if isinstance(provider, yaml_provider.SqlBackedProvider):
        return {"language": "java", "input": True, **signature(provider._transforms[name], ("sql_transform_constructor",))}
    mapping = getattr(provider, "_mappings", {}).get(name, {})
    return {"language": "java", "open": True, "fields": {key: {"schema": {}, "required": False} for key in mapping}}


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
    for name, providers in yaml_provider.standard_providers().items():
        # Where Java stands first, Beam takes it unless Python is nearby: what Java's fields are is not known here.
        if needs_java(providers[0]) and found[name]["language"] == "python":
            found[name]["open"] = True
    facts = {
        "origin": f"PyPI apache-beam {version.__version__}",
        "digests": digests(),
        "schema": schema(),
        "transforms": found,
        "providers": provider_types(),
        "names": names(),
    }
    print(json.dumps(facts, sort_keys=True, indent=1))


def provider_types():
    """Fields of the `config` of each type of provider. The base path is Beam's own."""
    types = yaml_provider.ExternalProvider._provider_types
    return {
        name: signature(constructor, ("urns", "transforms", "provider_base_path")) for name, constructor in types.items() if name != "docker"
    }


def names():
    """Names that fields of transforms may have as values."""
    return {
        "combineFunctions": sorted(yaml_combine.BUILTIN_COMBINE_FNS),
        "modelHandlers": sorted(yaml_ml.ModelHandlerProvider.handler_types),
        "resourceHints": sorted(resources.ResourceHint._name_to_known_hints),
        "windowingInfo": sorted(yaml_mapping._WINDOWING_INFO_TYPES),
    }


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
