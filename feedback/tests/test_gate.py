"""The gate: what is promoted, what is not and why, and the way back."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from beamstack_feedback.gate import Decision, Rule, decide, roll_back
from beamstack_feedback.registry import Registry

from .models import Models

RULE = Rule(metric="auc", better="higher", margin=0.01, approval=False)


def models(old: float, new: float) -> Models:
    return Models({"1": {"auc": old}, "2": {"auc": new}}, {"champion": "1", "candidate": "2"})


def test_a_better_candidate_is_promoted_once():
    client = models(0.8, 0.9)
    registry = Registry(client, "churn")

    decision = decide(registry, RULE)

    assert decision is not None and decision.state == "promoted"
    assert client.aliases["champion"] == "2"
    assert decide(registry, RULE) is None


@pytest.mark.parametrize(("old", "new"), [(0.8, 0.7), (0.8, 0.8), (0.8, 0.805)])
def test_a_candidate_that_is_not_better_by_the_margin_is_rejected_with_the_reason(old: float, new: float):
    client = models(old, new)

    decision = decide(Registry(client, "churn"), RULE)

    assert decision is not None and decision.state == "rejected"
    assert client.aliases["champion"] == "1"
    assert f"auc {new:g} of version 2 is not better than {old:g} of version 1" in client.tags["2"]["feedback.reason"]


def test_a_lower_value_is_better_where_the_rule_says_so():
    client = models(0.8, 0.7)

    decide(Registry(client, "churn"), Rule(metric="auc", better="lower", margin=0, approval=False))

    assert client.aliases["champion"] == "2"


def test_a_candidate_waits_for_approval_and_is_promoted_with_it():
    client = models(0.8, 0.9)
    registry, rule = Registry(client, "churn"), Rule(metric="auc", better="higher", margin=0, approval=True)

    waiting = decide(registry, rule)
    assert waiting is not None and waiting.state == "waiting" and client.aliases["champion"] == "1"

    client.set_model_version_tag("churn", "2", "feedback.approved", "true")
    assert decide(registry, rule) is not None and client.aliases["champion"] == "2"


def test_a_candidate_without_the_metric_is_rejected():
    client = Models({"2": {}}, {"candidate": "2"})

    decision = decide(Registry(client, "churn"), RULE)

    assert decision is not None and decision.reason == "version 2 has no metric auc"


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize("better", ["higher", "lower"])
@pytest.mark.parametrize("new", [NAN, INF, -INF])
@pytest.mark.parametrize("old", [0.8, NAN, INF])
def test_a_candidate_whose_metric_is_not_finite_is_rejected(old: float, new: float, better: Any):
    client = models(old, new)

    decision = decide(Registry(client, "churn"), Rule(metric="auc", better=better, margin=0, approval=False))

    assert decision == Decision("rejected", f"auc {new:g} of version 2 is not a finite number")
    assert client.aliases["champion"] == "1"


def test_a_first_candidate_whose_metric_is_not_finite_does_not_serve():
    client = Models({"2": {"auc": NAN}}, {"candidate": "2"})

    decide(Registry(client, "churn"), RULE)

    assert "champion" not in client.aliases


@pytest.mark.parametrize("better", ["higher", "lower"])
@pytest.mark.parametrize("old", [NAN, INF, -INF])
def test_a_version_that_serves_with_a_metric_that_is_not_finite_gives_way_to_any_candidate(old: float, better: Any):
    client = models(old, 0.5)

    decision = decide(Registry(client, "churn"), Rule(metric="auc", better=better, margin=0.1, approval=False))

    assert decision is not None and decision.state == "promoted" and client.aliases["champion"] == "2"
    assert decision.reason == f"auc 0.5 of version 2: {old:g} of version 1, which serves, is not a finite number"


def test_a_promotion_is_taken_back_once_and_the_candidate_not_promoted_again():
    client = models(0.8, 0.9)
    registry = Registry(client, "churn")
    decide(registry, RULE)

    assert roll_back(registry) is not None
    assert client.aliases["champion"] == "1"
    assert roll_back(registry) is None
    assert decide(registry, RULE) is None


def test_an_old_promotion_stays_and_the_job_says_why():
    client = models(0.8, 0.9)
    registry = Registry(client, "churn")
    promoted = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
    decide(registry, RULE, promoted)

    kept = roll_back(registry, promoted + timedelta(hours=24, seconds=1))

    assert kept == Decision("kept", "version 2 serves since 2026-03-01T12:00:00+00:00, longer than 24 hours")
    assert client.aliases["champion"] == "2" and client.tags["2"]["feedback.state"] == "promoted"
    assert roll_back(registry, promoted + timedelta(hours=24)) is not None and client.aliases["champion"] == "1"


def test_a_promotion_of_unknown_age_stays():
    client = models(0.8, 0.9)
    registry = Registry(client, "churn")
    decide(registry, RULE)
    del client.tags["2"]["feedback.promoted-at"]

    assert roll_back(registry) == Decision("kept", "version 2 has no tag feedback.promoted-at")
    assert client.aliases["champion"] == "2"


def test_a_second_job_does_not_go_back_further():
    client = Models({"1": {"auc": 0.7}, "2": {"auc": 0.8}, "3": {"auc": 0.9}}, {"champion": "1"})
    registry = Registry(client, "churn")
    for number in ("2", "3"):
        client.aliases["candidate"] = number
        decide(registry, RULE)

    roll_back(registry)
    roll_back(registry)

    assert client.aliases["champion"] == "2"


def test_a_version_that_gets_a_share_first_waits_for_its_rollout_and_remembers_what_serves():
    client = Models({"2": {"auc": 0.9}}, {"candidate": "2"})
    staged = Rule(metric="auc", better="higher", margin=0, approval=False, staged=True, initial="1")

    decision = decide(Registry(client, "churn"), staged)

    assert decision is not None and decision.state == "rolling-out" and "champion" not in client.aliases
    assert client.tags["2"]["feedback.before"] == "1" and client.tags["2"]["feedback.share"] == "0"
    assert decide(Registry(client, "churn"), staged) is None


def test_an_alert_ends_a_rollout_and_leaves_the_version_that_serves():
    client = models(0.8, 0.9)
    decide(Registry(client, "churn"), Rule(metric="auc", better="higher", margin=0, approval=False, staged=True))

    decision = roll_back(Registry(client, "churn"))

    assert decision is not None and decision.state == "rolled-back" and client.tags["2"]["feedback.state"] == "rolled-back"
    assert client.aliases["champion"] == "1"
