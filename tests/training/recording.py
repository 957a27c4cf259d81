"""What the engine did when this was written: every built-in session, undisturbed and disturbed.

The same call gives the same text in every process. Calm rides are kept whole; of the others a hash
of every few lines is kept: all of them together would be megabytes. scripts/record-engine writes
the record anew, or compares, or writes every ride as text.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from functools import cache
import hashlib
from itertools import zip_longest
import json
import lzma
from pathlib import Path
from random import Random
import sys

from custom_components.descent.training.events import Aim, State, Stop
from custom_components.descent.training.model import Level, Machine, Plan, Step
from custom_components.descent.training.rules import Permissions
from custom_components.descent.treadmills.physics import Preset
from tests.training import drawn_events, effect_texts, plans, random_rides
from tests.training.recorded import Recorded
from tests.training.runners import library

RANDOM_RIDES = 3  # of every session on every preset
LONG_S = 60.0  # with random events, nothing that is timed takes longer
PART = 30  # lines to a hash
SHOWN = 6  # differences
FOLDER = Path(__file__).parent / "recorded"
ADVICE = (
    "Meant? `scripts/record-engine` writes the record anew. "
    "`scripts/record-engine --out DIR`, before and after, gives texts to compare."
)


@dataclass(frozen=True, slots=True)
class Case:
    """One ride to be recorded; the one with seed 0 is calm."""

    session: str
    preset: Preset
    seed: int

    @property
    def calm(self) -> bool:
        """Whether nothing but the session happens."""
        return self.seed == 0

    def __str__(self) -> str:
        return f"{self.session}-{self.preset.value}-{self.seed}"


def sessions() -> list[str]:
    """Return the names of the built-in sessions."""
    return sorted(library())


def cases() -> list[Case]:
    """Return all rides."""
    return [
        Case(session, preset, seed)
        for session in sessions()
        for preset in Preset
        for seed in range(RANDOM_RIDES + 1)
    ]


# ---- the rides


def text(case: Case) -> str:
    """Ride, and return what was written down."""
    random = Random(str(case))
    ride = _calm(case) if case.calm else _random(case, random)
    ride.lines += [
        str(case),
        effect_texts.machine(ride.machine),
        effect_texts.permissions(ride.engine.permissions),
    ]
    ride.lines += effect_texts.plan(ride.plan)
    if case.calm:
        ride.begin()
        ride.run(3 * ride.plan.duration_s, lambda: ride.engine.state is State.FINISHED)
        ride.run(20)
    else:
        _happen(ride, random)
    return "\n".join(ride.lines) + "\n"


def _calm(case: Case) -> Recorded:
    ride = Recorded(preset=case.preset, level=Level.BEGINNER)
    ride.plan = plans.real(case.session, ride.machine)
    return ride


def _random(case: Case, random: Random) -> Recorded:
    """Draw a machine, a user and a runner; the seed says of which kind."""
    machine = case.preset.machine(
        min_incline_pct=random.choice([-6.0, -6.0, -3.0, -12.0]),
        max_speed_kmh=random.choice([22.0, 22.0, 22.0, 10.0]),
    )
    script = library()[case.session]
    lowest = Level.NOVICE if script.level is None else script.level
    level = random.choice([one for one in Level if one.rank >= lowest.rank])
    ride = Recorded(
        preset=case.preset,
        machine=_kind(machine, case.seed, random),
        permissions=Permissions(
            control=case.seed != 3 or random.random() < 0.7,
            start_belt=random.random() < 0.5,
            max_speed_kmh=random.choice([None, None, None, 9.0]),
        ),
        level=level,
        interval_s=random.choice([1.0, 1.0, 1.0, 0.5]),
        latency_s=random.choice([0.05, 0.4, 1.2]),
    )
    ride.echoes = case.seed == 2  # whether the machine names its targets
    ride.plan = _shortened(plans.real(case.session, ride.machine, level))
    return ride


def _shortened(plan: Plan) -> Plan:
    """Return a plan whose long steps by time are cut: more happens in less time."""
    return replace(plan, steps=tuple(_cut(step) for step in plan.steps))


def _cut(step: Step) -> Step:
    if step.duration_s is None or step.duration_s <= LONG_S:
        return step
    ramp = step.ramp_s * LONG_S / step.duration_s
    return replace(step, duration_s=LONG_S, nominal_s=LONG_S, ramp_s=ramp)


def _kind(machine: Machine, seed: int, random: Random) -> Machine:
    """Return the machine as one that was tried, one that was not, or one that lacks something."""
    known = seed == 1 or (seed == 3 and random.random() < 0.5)
    able = replace(machine, can_start=random.random() < 0.5, decline_known=known)
    lacks: dict[str, bool] = {}
    if seed == 3:
        lacks = {random.choice(["sets_speed", "sets_incline", "can_stop"]): False}
    return replace(able, **lacks)  # type: ignore[arg-type] # all of these are flags


def _happen(ride: Recorded, random: Random) -> None:
    """Let an event happen, the way on, another event, and the end."""
    _by_hand(ride, random)
    if random.random() < 0.15:
        drawn_events.nobody_comes(ride, random)
        ride.mend()
    ride.begin()
    if not ride.machine.decline_known and random.random() < 0.4:
        drawn_events.wrong_deck(ride)
    moments = sorted(_moment(ride, random) for _ in range(random.randint(6, 12)))
    for index, seconds in moments:
        ride.go_on(240, lambda: _reached(ride, index, seconds))  # noqa: B023 # called at once
        drawn_events.event(ride, random)
        while random.random() < 0.3:
            ride.run(drawn_events.seconds(random, 0.05, 8))
            drawn_events.event(ride, random)
        ride.run(drawn_events.seconds(random, 1, 12))
    ride.armings = 3
    far = random.choice([30.0, ride.plan.duration_s / 2 + 120])
    ride.go_on(far, lambda: ride.engine.state is State.FINISHED)
    if random.random() < 0.5:
        drawn_events.to_the_end(ride, random)
        ride.mend()
    if random.random() < 0.5 or ride.engine.state is not State.FINISHED:
        ride.ask(Stop())
    _by_hand(ride, random)


def _moment(ride: Recorded, random: Random) -> tuple[int, float]:
    """Draw a step and seconds into it: about its beginning, about its end, or anywhere."""
    step = random.choice(ride.plan.steps)
    last = max(0.0, step.nominal_s + step.lead_s - 30)
    low, high = random.choice([(0.0, 20.0), (last, last + 30), (0.0, step.nominal_s)])
    return step.index, drawn_events.seconds(random, low, high)


def _reached(ride: Recorded, index: int, seconds: float) -> bool:
    engine, step = ride.engine, ride.view.step
    if engine.state is State.FINISHED and ride.armings >= 3:
        return True
    if step is None or step.index != index:
        return step is not None and step.index > index
    return ride.now - ride.step_at >= seconds


def _by_hand(ride: Recorded, random: Random) -> None:
    """Use the treadmill without a session, sometimes."""
    if random.random() < 0.6:
        return
    random_rides._press(ride, "press_start")
    for _ in range(random.randint(1, 4)):
        ride.run(drawn_events.seconds(random, 1, 20))
        ride.wish(Aim(drawn_events.halves(random, 0, 20), drawn_events.halves(random, -12, 6)))
        ride.run(drawn_events.seconds(random, 1, 20))
        if random.random() < 0.3:
            drawn_events.event(ride, random)
    ride.mend()
    ride.ask(Stop())
    ride.run(30)


# ---- the files


def sums(written: str) -> list[str]:
    """Return a hash of every so many lines, to say where a difference begins."""
    lines = written.splitlines()
    return [
        hashlib.sha256("\n".join(lines[at : at + PART]).encode()).hexdigest()[:8]
        for at in range(0, len(lines), PART)
    ]


@cache
def kept_calm(session: str) -> dict[str, str]:
    """Return the kept texts of a session's calm rides."""
    packed = (FOLDER / f"{session}.json.xz").read_bytes()
    texts: dict[str, str] = json.loads(lzma.decompress(packed))
    return texts


@cache
def kept_sums() -> dict[str, list[str]]:
    """Return the kept hashes of all rides."""
    kept: dict[str, str] = json.loads((FOLDER / "sums.json").read_text(encoding="utf-8"))
    return {case: row.split() for case, row in kept.items()}


def write() -> None:
    """Write the record anew."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    kept: dict[str, list[str]] = {}
    calm: dict[str, dict[str, str]] = {}
    for case in cases():
        written = text(case)
        kept[str(case)] = sums(written)
        if case.calm:
            calm.setdefault(case.session, {})[str(case)] = written
    for session, texts in calm.items():
        packed = lzma.compress(json.dumps(texts).encode(), preset=9)
        (FOLDER / f"{session}.json.xz").write_bytes(packed)
    rows = [f"{json.dumps(name)}: {json.dumps(' '.join(row))}" for name, row in kept.items()]
    lines = ",\n".join(rows)
    (FOLDER / "sums.json").write_text("{\n" + lines + "\n}\n", encoding="utf-8")


def write_out(folder: Path) -> None:
    """Write every ride as text."""
    folder.mkdir(parents=True, exist_ok=True)
    for case in cases():
        (folder / f"{case}.txt").write_text(text(case), encoding="utf-8")


def difference(case: Case) -> str:
    """Ride again; return where it differs from what is kept, or nothing."""
    written = text(case)
    now, before = sums(written), kept_sums().get(str(case), [])
    kept = kept_calm(case.session)[str(case)] if case.calm else None
    if now == before and kept in (None, written):
        return ""
    lines = written.splitlines()
    at = PART * next(
        (i for i, both in enumerate(zip(now, before, strict=False)) if both[0] != both[1]),
        min(len(now), len(before)),
    )
    if kept is None:
        shown = "\n".join(f"  {line}" for line in lines[at : at + PART])
        return f"{case} differs in one of these lines (from {at + 1}):\n{shown}\n{ADVICE}"
    pairs = enumerate(zip_longest(kept.splitlines(), lines, fillvalue="(nothing)"))
    odd = [(i, old, new) for i, (old, new) in pairs if old != new][:SHOWN]
    shown = "\n".join(f"{i + 1}:\n- {old}\n+ {new}" for i, old, new in odd)
    return f"{case} differs:\n{shown}\n{ADVICE}"


def main(arguments: list[str]) -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(prog="scripts/record-engine")
    does = parser.add_mutually_exclusive_group()
    does.add_argument("--check", action="store_true", help="compare with what is kept")
    does.add_argument("--out", type=Path, metavar="DIR", help="write every ride as text")
    wanted = parser.parse_args(arguments)
    if wanted.out:
        write_out(wanted.out)
    elif wanted.check:
        found = [said for case in cases() if (said := difference(case))]
        sys.stdout.writelines(f"{said}\n" for said in found)
        return bool(found)
    else:
        write()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
