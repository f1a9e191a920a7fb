"""Command-line options of Beam: `--name=value`."""


def flag(argv: list[str], name: str) -> str | None:
    """The value of an option, None where it is not given."""
    prefix = f"--{name}="
    return next((arg[len(prefix) :] for arg in argv if arg.startswith(prefix)), None)


def with_flag(argv: list[str], name: str, value: str) -> list[str]:
    """The same options, with another value of one."""
    return [*without_flag(argv, name), f"--{name}={value}"]


def without_flag(argv: list[str], name: str) -> list[str]:
    """The same options without one."""
    return [arg for arg in argv if not arg.startswith(f"--{name}=")]
