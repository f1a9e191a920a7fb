"""Keeps secrets out of everything that is printed."""

import json
import logging
import sys
import traceback


def quoted(text: str) -> str:
    """The text between YAML double quotes: ASCII only, so that no parser reads it as anything else."""
    return "".join(_escaped(char) for char in text)


def _escaped(char: str) -> str:
    code = ord(char)
    if char in '"\\':
        return "\\" + char
    if 32 <= code < 127:
        return char
    return f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}"


def forms(value: str) -> set[str]:
    """A secret as errors and logs may show it: stripped, in quotes of YAML, Python or JSON, line by line."""
    lines = [line.strip() for line in value.splitlines()]
    return {value, value.strip(), quoted(value), repr(value)[1:-1], json.dumps(value)[1:-1], *lines}


class Redaction(logging.Filter):
    """Replaces secrets in messages and log records."""

    def __init__(self) -> None:
        super().__init__()
        self._hidden: list[str] = []

    def hide(self, secret: str) -> None:
        """From now on this secret is replaced. Texts of up to three characters would destroy more than they hide."""
        self._hidden.extend(form for form in forms(secret) if len(form) > 3)
        self._hidden.sort(key=len, reverse=True)

    def redact(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._hidden:
            text = text.replace(secret, "***")
        return text

    def say(self, text: str) -> None:
        """Prints a line for the log of the pod."""
        print("beamstack: " + self.redact(text), file=sys.stderr, flush=True)

    def filter(self, record: logging.LogRecord) -> bool:
        """Redacts a record with its traceback, and keeps it."""
        record.msg, record.args = self.redact(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = self.redact("".join(traceback.format_exception(*record.exc_info)))
        return True
