"""Decides whether a candidate replaces the version that serves, and takes the decision back."""

import math
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Literal

from .registry import APPROVED, BEFORE, CANDIDATE, CHAMPION, PROMOTED_AT, STATE, Registry, Version

State = Literal["promoted", "waiting", "rejected", "rolled-back", "kept", "rolling-out"]

#: A version that gets a share of the requests before all of them.
ROLLING_OUT: Literal["rolling-out"] = "rolling-out"

#: Age of a promotion that is not taken back any more: a fault that begins later has another cause.
ROLLBACK_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class Rule:
    """When a candidate is better."""

    metric: str
    better: Literal["higher", "lower"]
    #: By how much it has to be better.
    margin: float
    #: Does a person have to approve it?
    approval: bool
    #: Does it get a share of the requests first?
    staged: bool = False
    #: Version that serves before any has the alias, and to which the first promotion is taken back.
    initial: str = ""


@dataclass(frozen=True)
class Decision:
    """What happens to a candidate, and why."""

    state: State
    reason: str


def is_finite(value: float) -> bool:
    """Can this value be compared? MLflow's SQL store returns the largest float for infinity."""
    return math.isfinite(value) and abs(value) < sys.float_info.max


def judge(candidate: Version, champion: Version | None, rule: Rule) -> Decision:
    """Compares a candidate with the version that serves."""
    new = candidate.metrics.get(rule.metric)
    if new is None:
        return Decision("rejected", f"version {candidate.number} has no metric {rule.metric}")
    if not is_finite(new):
        return Decision("rejected", f"{rule.metric} {new:g} of version {candidate.number} is not a finite number")
    note = ""
    if champion is not None:
        old = champion.metrics.get(rule.metric)
        if old is None:
            return Decision("rejected", f"version {champion.number}, which serves, has no metric {rule.metric}")
        gain = new - old if rule.better == "higher" else old - new
        if not is_finite(old):
            # Nothing is better than infinity: such a version would serve for ever.
            note = f": {old:g} of version {champion.number}, which serves, is not a finite number"
        elif not (gain > 0 and gain >= rule.margin):
            return Decision(
                "rejected",
                f"{rule.metric} {new:g} of version {candidate.number} is not better than {old:g} of version {champion.number}"
                + (f" by {rule.margin:g}" if rule.margin > 0 else ""),
            )
    if rule.approval and candidate.tags.get(APPROVED) != "true":
        return Decision("waiting", f"version {candidate.number} is better: set its tag {APPROVED} to true")
    return Decision("promoted", f"{rule.metric} {new:g} of version {candidate.number}{note}")


def decide(registry: Registry, rule: Rule, now: datetime | None = None) -> Decision | None:
    """Judges the candidate of a registry; a candidate is judged until it serves, was rejected or was taken back."""
    candidate, champion = registry.version(CANDIDATE), registry.version(CHAMPION)
    if candidate is None or candidate.tags.get(STATE) in ("promoted", "rejected", "rolled-back", ROLLING_OUT):
        return None
    decision = judge(candidate, champion, rule)
    if decision.state == "promoted":
        at = (now or datetime.now(timezone.utc)).isoformat(timespec="seconds")
        # Before the alias moves, so that a killed run leaves a way back.
        registry.tag(candidate, before=champion.number if champion else rule.initial)
        if rule.staged:
            registry.tag(candidate, share="0", started=at)
            decision = Decision(ROLLING_OUT, decision.reason)
        else:
            registry.tag(candidate, promoted_at=at)
            registry.promote(candidate)
    registry.tag(candidate, state=decision.state, reason=decision.reason)
    return decision


def roll_back(registry: Registry, now: datetime | None = None) -> Decision | None:
    """Ends a rollout, else lets the version before a recent promotion serve again; nothing happens where there is none, or it was taken back already."""
    candidate, champion = registry.version(CANDIDATE), registry.version(CHAMPION)
    if candidate is not None and candidate.tags.get(STATE) == ROLLING_OUT:
        decision = Decision("rolled-back", f"an alert fired while version {candidate.number} was rolled out")
        registry.tag(candidate, state=decision.state, reason=decision.reason)
        return decision
    if champion is None or not champion.tags.get(BEFORE):
        return None
    at = champion.tags.get(PROMOTED_AT)
    if not at:
        return Decision("kept", f"version {champion.number} has no tag {PROMOTED_AT}")
    if (now or datetime.now(timezone.utc)) - datetime.fromisoformat(at) > ROLLBACK_WITHIN:
        hours = ROLLBACK_WITHIN // timedelta(hours=1)
        return Decision("kept", f"version {champion.number} serves since {at}, longer than {hours} hours")
    before = registry.numbered(champion.tags[BEFORE])
    decision = Decision("rolled-back", f"version {before.number} serves again instead of version {champion.number}")
    registry.tag(champion, state=decision.state, reason=decision.reason)
    # One way back for each promotion: a second job must not go on to the version before that one.
    registry.tag(before, before="")
    registry.promote(before)
    return decision
