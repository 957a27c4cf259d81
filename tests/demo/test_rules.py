"""The judge of the demo: it finds nothing in a clean session, and every rule that is broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from custom_components.descent.runtime.journal import effect_record
from custom_components.descent.training.events import Stop
from custom_components.descent.training.model import Level, Runner
from custom_components.descent.training.planner import plan
from custom_components.descent.training.script import builtin
from custom_components.descent.treadmills.physics import Preset
from demo.rules import Limits, Record, Rules
from tests.training.ride import Ride

LIMITS = Limits(
    level="intermediate", min_incline=-6, max_incline=15, incline_step=0.5, max_speed=22
)


def ridden(
    session: str, preset: Preset = Preset.TYPICAL, *, decline_known: bool = True
) -> list[Record]:
    """Return the records of a whole session, as ``descent/live`` sends them."""
    ride = armed(session, preset, decline_known=decline_known).finish()
    ride.run(5)
    return written(ride)


def armed(session: str, preset: Preset = Preset.TYPICAL, *, decline_known: bool = True) -> Ride:
    """Return a session that waits for its runner."""
    script = builtin()[session]
    level = max(Level.INTERMEDIATE, script.level or Level.NOVICE, key=lambda level: level.rank)
    runner = Runner(name="Ada", level=level, hill_experience=True, five_k_s=1500)
    ride = Ride(preset=preset, machine=replace(preset.machine(), decline_known=decline_known))
    return ride.arm(plan(script, runner, ride.machine))


def written(ride: Ride) -> list[Record]:
    """Return the records of a ride so far."""
    samples = [
        (at, {"type": "sample", "speed_kmh": speed, "incline_pct": incline})
        for at, speed, incline in ride.samples
    ]
    effects = [(at, effect_record(effect, lambda cue: cue.key)) for at, effect in ride.effects]
    # A measurement is written before what follows from it.
    return [
        {**record, "t": at} for at, record in sorted(samples + effects, key=lambda pair: pair[0])
    ]


def judged(records: list[Record], limits: Limits = LIMITS) -> list[str]:
    """Return what the judge says of some records."""
    rules = Rules(limits)
    for record in records:
        rules.see(record)
    rules.finish()
    return rules.broken


def broken_rules(records: list[Record], limits: Limits = LIMITS) -> set[str]:
    """Return the numbers of the rules that were broken."""
    return {text.partition(" ")[0] for text in judged(records, limits)}


@pytest.fixture(name="sprints", scope="module")
def sprints_fixture() -> list[Record]:
    """Return the records of a clean session."""
    return ridden("descending_sprints")


@pytest.mark.parametrize("preset", list(Preset))
@pytest.mark.parametrize("session", sorted(builtin()))
def test_no_session_of_the_library_breaks_a_rule(session: str, preset: Preset) -> None:
    level = "advanced" if builtin()[session].level == Level.ADVANCED else "intermediate"
    limits = Limits(
        level=level,
        min_incline=-6,
        max_incline=15,
        incline_step=1.0 if preset is Preset.SLOW else 0.5,
        max_speed=22,
    )
    assert judged(ridden(session, preset), limits) == []


@pytest.mark.parametrize("preset", list(Preset))
def test_a_deck_that_is_tried_before_the_first_descent_breaks_no_rule(preset: Preset) -> None:
    records = ridden("descending_sprints", preset, decline_known=False)
    step = 1.0 if preset is Preset.SLOW else 0.5
    assert [r["kind"] for r in records if r["type"] == "cue"].count("check") == 2
    assert judged(records, replace(LIMITS, incline_step=step)) == []


def edited(
    records: list[Record], which: Callable[[Record], bool], *replacement: Record
) -> list[Record]:
    """Put records in the place of the first that is meant."""
    index = next(i for i, record in enumerate(records) if which(record))
    at = records[index]["t"]
    return [*records[:index], *({"t": at} | r for r in replacement), *records[index + 1 :]]


def is_command(kind: str, *, above: float = -99) -> Callable[[Record], bool]:
    """Recognise a command by its kind and value."""
    return lambda r: r["type"] == "command" and r["kind"] == kind and (r["value"] or 0) > above


def is_state(state: str) -> Callable[[Record], bool]:
    """Recognise a change of the session's state."""
    return lambda r: r["type"] == "state" and r["state"] == state


def command(kind: str, value: float | None = None) -> Record:
    """Make a command."""
    return {"type": "command", "id": 999, "kind": kind, "value": value}


@pytest.mark.parametrize(
    ("which", "replacement", "rule"),
    [
        (is_state("armed"), [command("start_belt")], "R2"),
        (is_state("running"), [command("set_speed", 2.0)], "R2"),
        (is_state("waiting"), [{"type": "link", "up": False}], "R5"),
        (
            is_state("waiting"),
            [{"type": "verdict", "kind": "set_speed", "value": 3.0, "outcome": "unknown"}],
            "R6",
        ),
        (is_command("set_speed", above=3.9), [command("set_speed", 5.6)], "R7"),
        (is_command("set_speed", above=14.3), [command("set_incline", -8.0)], "R8"),
        (is_command("set_speed", above=14.3), [command("set_speed", 14.45)], "R10"),
        (is_command("set_speed", above=14.3), [command("set_speed", 22.5)], "R10"),
        (is_command("set_speed", above=14.3), [command("set_speed", 15.1)], "R10"),
        (is_command("set_incline", above=5.9), [command("set_incline", 16.0)], "R10"),
        (is_command("set_speed", above=14.3), [command("stop_belt")], "R14"),
        (is_state("waiting"), [{"type": "fault", "reason": "overshoot"}], "fault"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_the_judge_sees_a_broken_rule(
    sprints: list[Record],
    which: Callable[[Record], bool],
    replacement: list[dict[str, Any]],
    rule: str,
) -> None:
    assert rule in broken_rules(edited(sprints, which, *replacement))


def test_r2_a_takeover_before_three_moving_samples_is_seen(sprints: list[Record]) -> None:
    moving = [r for r in sprints if r["type"] == "sample" and r["speed_kmh"] > 0.3][:3]
    assert "R2" in broken_rules([record for record in sprints if record not in moving])


def test_r7_a_beginner_gets_half_the_steps(sprints: list[Record]) -> None:
    beginner = Limits(
        level="beginner", min_incline=-6, max_incline=15, incline_step=0.5, max_speed=22
    )
    assert {"R7", "R10"} <= broken_rules(sprints, beginner)


def test_r8_a_belt_that_speeds_up_before_the_deck_is_there_is_seen(sprints: list[Record]) -> None:
    told = next(i for i, r in enumerate(sprints) if is_command("set_incline")(r))
    early = {"t": sprints[told]["t"] + 1.5} | command("set_speed", 2.0)
    later = next(i for i, r in enumerate(sprints) if r["t"] > early["t"])
    assert "R8" in broken_rules([*sprints[:later], early, *sprints[later:]])


def test_r9_changes_without_cues_are_seen(sprints: list[Record]) -> None:
    assert "R9" in broken_rules([record for record in sprints if record["type"] != "cue"])


def test_r9_a_cue_that_comes_late_is_seen(sprints: list[Record]) -> None:
    late = [r | {"t": r["t"] + 4} if r["type"] == "cue" else r for r in sprints]
    assert "R9" in broken_rules(sorted(late, key=lambda record: float(record["t"])))


def test_r14_a_belt_that_runs_on_is_seen(sprints: list[Record]) -> None:
    end = next(i for i, record in enumerate(sprints) if is_state("waiting")(record))
    assert "R14" in broken_rules(sprints[:end])


@pytest.mark.parametrize("phase", ["cool_down", "descent"])
def test_a_stop_at_any_time_breaks_no_rule(phase: str) -> None:
    ride = armed("descending_sprints")
    ride.until(lambda r: r.view.step is not None and r.view.step.phase == phase)
    ride.run(20)
    ride.ask(Stop())
    ride.run(30)
    records = [{"type": "intent", "what": "stop", "t": ride.now - 30}, *written(ride)]
    assert judged(sorted(records, key=lambda record: float(record["t"]))) == []


def test_nothing_measured_is_nothing_proved() -> None:
    assert broken_rules([]) == {"R14"}
