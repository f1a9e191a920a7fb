"""What a secret looks like in a log."""

import logging

import pytest
import yaml

from beamstack_submitter.redaction import Redaction, quoted


@pytest.mark.parametrize("text", ['a "b" \\ {{ c }}', "\u00e4\U0001f600", "a\nb\t\x00\x85\u2028", ""])
def test_between_double_quotes_a_secret_reads_back_as_it_was(text: str) -> None:
    assert yaml.safe_load(f'"{quoted(text)}"') == text


@pytest.mark.parametrize("shown", ["canary-1", "canary-1\n", repr("canary-1\n"), '"canary-1\\n"'])
def test_every_form_of_a_secret_is_hidden(shown: str) -> None:
    redaction = Redaction()
    redaction.hide("canary-1\n")

    assert "canary" not in redaction.redact(f"bad value {shown}!")


def test_a_short_secret_hides_nothing() -> None:
    redaction = Redaction()
    redaction.hide("no")

    assert redaction.redact("no way") == "no way"


def test_a_record_keeps_its_traceback_without_the_secret() -> None:
    redaction = Redaction()
    redaction.hide("canary")
    try:
        raise ValueError("canary")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "%s failed", ("canary",), (ValueError, error, error.__traceback__))

    assert redaction.filter(record)

    assert record.getMessage() == "*** failed"
    assert record.exc_text is not None
    assert "ValueError: ***" in record.exc_text
