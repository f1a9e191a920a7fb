"""A rollout: shares, when they rise, and what takes a version back."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import pytest

from beamstack_feedback.gate import Rule, decide, roll_back
from beamstack_feedback.registry import Registry
from beamstack_feedback.rollout import Measured, Plan, Pods, Slot, look

from .models import Models

START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
RULE = Rule(metric="auc", better="higher", margin=0, approval=False, staged=True)
PLAN = Plan(steps=(10, 50), hold=timedelta(minutes=10), requests=100, errors=0.05, seconds=1, within=timedelta(hours=24))
GOOD = Measured(answered=200, failed=0, seconds=20)
STARTING, RUNNING, GONE = Pods(ready=0, complete=False), Pods(ready=1, complete=True), Pods(ready=0, complete=True)


@dataclass
class Slots:
    """Two slots and a route in memory."""

    pods: dict[Slot, Pods] = field(default_factory=lambda: {"stable": RUNNING, "canary": RUNNING})
    versions: dict[Slot, str | None] = field(default_factory=dict)
    measured: Measured = GOOD
    share: int | None = None
    windows: list[int] = field(default_factory=list)

    def serve(self, slot: Slot, version: str | None) -> Pods:
        self.versions[slot] = version
        return self.pods[slot]

    def shift(self, percent: int) -> None:
        self.share = percent

    def unshift(self) -> None:
        self.share = None

    def measure(self, seconds: int) -> Measured:
        self.windows.append(seconds)
        return self.measured


class World:
    """A better candidate whose rollout has begun."""

    def __init__(self) -> None:
        self.models = Models({"1": {"auc": 0.8}, "2": {"auc": 0.9}}, {"champion": "1", "candidate": "2"})
        self.registry = Registry(self.models, "churn")
        self.slots = Slots()
        decide(self.registry, RULE, START)

    def look(self, minutes: float) -> str | None:
        """A look so many minutes after the start; its state."""
        decision = look(self.registry, self.slots, PLAN, START + timedelta(minutes=minutes))
        return decision and decision.state

    @property
    def reason(self) -> str:
        return self.models.tags["2"]["feedback.reason"]


def test_the_share_rises_by_steps_and_the_version_serves_alone_at_the_end():
    world = World()
    shares = []

    for minute in range(0, 40, 2):
        world.look(minute)
        shares.append(world.slots.share)

    assert shares == [10] * 5 + [50] * 5 + [100] * 5 + [None] * 5
    assert world.models.aliases["champion"] == "2" and world.models.tags["2"]["feedback.state"] == "promoted"
    assert world.slots.versions == {"stable": "2", "canary": "2"}


def test_no_request_goes_to_the_version_before_its_pods_are_there():
    world = World()
    world.slots.pods["canary"] = STARTING

    assert world.look(1) == "rolling-out" and world.slots.share is None
    world.slots.pods["canary"] = RUNNING
    world.look(2)

    assert world.slots.share == 10 and world.slots.versions["canary"] == "2"


def test_the_old_pods_get_the_version_while_no_request_goes_to_them():
    world = World()
    for minute in (0, 10, 20):
        world.look(minute)
    world.slots.pods["stable"] = STARTING

    assert world.look(30) == "rolling-out"
    assert world.slots.share == 100 and world.slots.versions["stable"] == "2" and world.models.aliases["champion"] == "1"
    world.slots.pods["stable"] = RUNNING
    assert world.look(31) == "promoted" and world.slots.share is None


@pytest.mark.parametrize(
    ("measured", "reason"),
    [
        (Measured(answered=90, failed=10, seconds=1), "version 2 at 10 % of the requests: 10 of 100 requests failed, more than 5.0%"),
        (Measured(answered=0, failed=6, seconds=1), "version 2 at 10 % of the requests: 6 of 6 requests failed, more than 5.0%"),
        (Measured(answered=100, failed=0, seconds=150), "version 2 at 10 % of the requests: a request takes 1.500 s on average, more than 1 s"),
    ],
)
def test_a_version_that_fails_or_is_slow_is_taken_back_at_once_with_the_reason(measured: Measured, reason: str):
    world = World()
    world.look(0)
    world.slots.measured = measured

    assert world.look(1) == "rolled-back"
    assert world.slots.share is None and world.reason == reason and world.models.aliases["champion"] == "1"
    assert world.look(2) is None
    assert world.slots.versions == {"stable": "1", "canary": "1"} and world.slots.share is None


def test_a_few_failures_among_the_first_requests_are_no_verdict():
    world = World()
    world.look(0)
    world.slots.measured = Measured(answered=3, failed=1, seconds=9)

    assert world.look(5) == "rolling-out" and world.slots.share == 10


def test_a_share_lasts_until_enough_requests_are_answered_and_is_measured_since_its_start():
    world = World()
    world.look(0)
    world.slots.measured = Measured(answered=99, failed=0, seconds=1)
    world.look(30)
    assert world.slots.share == 10

    world.slots.measured = GOOD
    world.look(31)
    world.look(32)

    assert world.slots.share == 50 and world.slots.windows == [1800, 1860, 60]


def test_a_version_whose_pods_are_gone_is_taken_back():
    world = World()
    world.look(0)
    world.slots.pods["canary"] = GONE

    assert world.look(1) == "rolled-back" and world.reason == "no pod of version 2 answers"


def test_a_rollout_that_does_not_end_is_taken_back_and_says_what_it_waited_for():
    world = World()
    world.slots.pods["canary"] = STARTING
    world.look(1)

    assert world.look(24 * 60 + 1) == "rolled-back"
    assert world.reason == "version 2 does not serve alone within 1 day, 0:00:00: pods of version 2 start"


def test_a_share_that_somebody_removed_comes_back():
    world = World()
    world.look(0)
    world.slots.unshift()

    world.look(1)

    assert world.slots.share == 10


def test_a_job_ends_a_rollout_and_the_next_look_cleans_up():
    world = World()
    world.look(0)

    roll_back(world.registry)

    assert world.look(1) is None
    assert world.slots.share is None and world.slots.versions == {"stable": "1", "canary": "1"} and world.models.aliases["champion"] == "1"


def test_a_promotion_that_is_taken_back_later_changes_what_both_slots_serve():
    world = World()
    for minute in (0, 10, 20, 30):
        world.look(minute)
    assert world.models.aliases["champion"] == "2"

    roll_back(world.registry, START + timedelta(minutes=40))
    world.look(41)

    assert world.slots.versions == {"stable": "1", "canary": "1"}


def test_before_any_version_has_the_alias_the_slots_serve_what_the_environment_says():
    slots = Slots()

    assert look(Registry(Models({"1": {}}, {}), "churn"), slots, PLAN, START) is None
    assert slots.versions == {"stable": None, "canary": None}
