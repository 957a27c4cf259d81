"""Random sessions for the second judge: what people do, what machines and links do to them.

python -m tests.training.storms 5000            rides, judges, prints the figures
python -m tests.training.storms --seed 17       one of them, with its log
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random
import sys
import time
from typing import NamedTuple

from custom_components.descent.training.events import (
    Aim,
    Arm,
    Cue,
    Pause,
    Resume,
    Skip,
    State,
    Stop,
    Unheard,
    UserEvent,
)
from custom_components.descent.training.model import Level, Machine, Plan, Rates
from custom_components.descent.training.planner import plan
from custom_components.descent.training.rules import Permissions
from custom_components.descent.treadmills.faults import SimulatedFault
from custom_components.descent.treadmills.physics import Preset
from tests.training import plans
from tests.training.logged_ride import LoggedRide
from tests.training.machine_judge import Flag, MachineJudge
from tests.training.machine_log import Facts, Hung, Measured
from tests.training.runners import library, reference

FAULTS = [
    f for f in SimulatedFault if f not in (SimulatedFault.INCLINE_OFFSET, SimulatedFault.LINK_LOST)
]
REAL = 0.15  # of the sessions are those of the library
MOMENTS: dict[str, Callable[[LoggedRide], bool]] = {
    "ramps_up": lambda r: r.logged.heading[0] > r.speed + 0.4,
    "slows_down": lambda r: 0 < r.logged.heading[0] < r.speed - 0.4,
    "comes_to_rest": lambda r: r.logged.heading[0] == 0 and r.speed > 0.5,
    "deck_moves": lambda r: abs(r.logged.heading[1] - r.incline) > 0.5,
    "in_descent": lambda r: r.incline < -1.5 and r.speed > 6,
    "armed": lambda r: r.engine.state is State.ARMED,
    "running": lambda r: r.engine.state is State.RUNNING,
    "waiting": lambda r: r.engine.state is State.WAITING,
    "ending": lambda r: r.engine.state is State.ENDING,
    "resumed": lambda r: bool(r.cues) and r.cues[-1][1].key == "resumed",
}


def setup(random: Random) -> LoggedRide:
    """Draw a machine, its runner and a link."""
    preset = random.choice(list(Preset))
    machine = preset.machine(
        min_incline_pct=random.choice([-6.0, -6.0, -3.0, 0.0, -12.0]),
        max_speed_kmh=random.choice([22.0, 22.0, 10.0]),
    )
    machine = replace(
        machine,
        decline_known=random.random() < 0.7,
        sets_speed=random.random() < 0.9,
        can_stop=random.random() < 0.85,
        can_start=random.random() < 0.7,
    )
    rates = preset.rates
    if random.random() < 0.4:
        rates = Rates(
            belt_kmh_s=random.choice([0.3, 0.5, 1.0, 2.0]),
            deck_pct_s=random.choice([0.2, 0.3, 0.7, 1.5]),
        )
    level = random.choice(list(Level))
    chosen, level = _plan(random, machine, level)
    interval = random.choice([0.25, 0.5, 1.0, 1.0, 2.0])
    permissions = Permissions(
        control=random.random() < 0.93,
        start_belt=random.random() < 0.5,
        max_speed_kmh=random.choice([None, None, None, 9.0]),
    )
    facts = replace(
        facts_of(machine, permissions, level),
        names_targets=random.random() < 0.4,
        interval_s=interval,
        jitter_s=random.choice([0.0, 0.0, interval * 0.2]),
        heard_after_s=random.choice([0.0, 0.0, 0.1, 0.4]),
        sent_before_s=random.choice([0.0, 0.0, 0.05, 0.3]),
    )
    ride = LoggedRide(
        machine=machine,
        rates=rates,
        facts=facts,
        permissions=permissions,
        latency_s=random.choice([0.05, 0.4, 1.2]),
        helpful=random.random() < 0.85,
    )
    ride.plan = chosen
    ride.patience_s = random.choice([4.0, 8.0, 16.0])
    return ride


def facts_of(machine: Machine, permissions: Permissions, level: Level) -> Facts:
    """Return what the judge is told of a machine whose link takes no time."""
    return Facts(
        level=level,
        control=permissions.control,
        start_belt=permissions.start_belt,
        max_kmh=permissions.max_speed_kmh,
        speeds=(machine.speed.minimum, machine.speed.maximum, machine.speed.step),
        inclines=(machine.incline.minimum, machine.incline.maximum, machine.incline.step),
        sets_speed=machine.sets_speed,
        can_start=machine.can_start,
        can_stop=machine.can_stop,
        decline_known=machine.decline_known,
        names_targets=False,
        interval_s=1.0,
        jitter_s=0.0,
        heard_after_s=0.0,
        sent_before_s=0.0,
    )


def _plan(random: Random, machine: Machine, level: Level) -> tuple[Plan, Level]:
    if random.random() < REAL:
        name = random.choice(sorted(library()))
        script = library()[name]
        own = script.level or level
        try:
            return plan(script, reference(own), machine), own
        except ValueError:
            pass
    return plans.short(machine, level), level


# ---- what happens


def happen(ride: LoggedRide, random: Random) -> None:
    """Arm, and go through a few scenes."""
    ride.wish(Arm(ride.plan))
    for _ in range(random.randint(1, 5)):
        _scene(ride, random)
    ride.run(random.choice([6.0, 60.0]))


def _scene(ride: LoggedRide, random: Random) -> None:
    """Wait for a moment that is worth it, disturb it, and let the runner put it right."""
    ride.helpful, helpful = True, ride.helpful
    if random.random() < 0.6:
        ride.run(random.uniform(0, min(900, ride.plan.duration_s)))
    moment = MOMENTS[random.choice(list(MOMENTS))]
    ride.run(400, lambda: moment(ride))
    ride.helpful = helpful
    ride.run(random.choice([0.0, random.uniform(0, 3)]))
    for _ in range(random.choice([1, 1, 2, 3, 5])):
        _event(ride, random)
        ride.run(random.choice([0.0, 0.3, random.uniform(0, 2), random.uniform(2, 15)]))
    if random.random() < 0.75:
        _put_right(ride, random)


def _put_right(ride: LoggedRide, random: Random) -> None:
    ride.physics.faults -= {*FAULTS}
    if SimulatedFault.LINK_LOST in ride.physics.faults:
        ride.link(up=True)
    if ride.physics.safety_key_out:
        ride.press("key_in")
    ride.run(random.choice([1.0, 4.0, 12.0]))
    ride.helpful = True
    if ride.engine.state in (State.IDLE, State.FINISHED):
        ride.wish(Arm(ride.plan))
    else:
        ride.wish(Resume())
    ride.run(random.choice([1.0, 5.0, 30.0]))


def _event(ride: LoggedRide, random: Random) -> None:
    happens = random.choices([*EVENTS], [*EVENTS.values()])[0]
    happens(ride, random)


def _wish(ride: LoggedRide, random: Random) -> None:
    wishes: list[UserEvent] = [Pause(), Resume(), Resume(), Skip(confirmed=True), Skip(), Stop()]
    ride.wish(random.choice(wishes))


def _aim(ride: LoggedRide, random: Random) -> None:
    speed = random.choice([None, random.randint(0, 36) / 2, ride.speed + 1, ride.speed - 1])
    incline = random.choice([None, None, random.randint(-12, 12) / 2])
    ride.wish(Aim(None if speed is None else round(min(max(speed, 0), 20), 1), incline))


def _fault(ride: LoggedRide, random: Random) -> None:
    ride.physics.faults ^= {random.choice(FAULTS)}
    if random.random() < 0.5:
        ride.run(random.uniform(0, 8))
        ride.physics.faults.clear()


def _lose_contact(ride: LoggedRide, random: Random) -> None:
    if SimulatedFault.LINK_LOST not in ride.physics.faults:
        ride.link(up=False)
        ride.run(random.choice([0.5, 4, 20]))
        ride.link(up=True)


def _go_away(ride: LoggedRide, random: Random) -> None:
    if random.random() < 0.6:
        ride.leave()
    ride.come_back(random.choice([3.0, 15.0, 60.0]))


def _allow(ride: LoggedRide, random: Random) -> None:
    old = ride.engine.permissions
    top = random.choice([None, 6.0, 8.0, round(max(3.0, ride.speed - 2), 1)])
    control = old.control and random.random() < 0.95
    ride.allow(replace(old, max_speed_kmh=top, control=control))


def _be_unheard(ride: LoggedRide, random: Random) -> None:
    cues = [effect for _, effect in ride.effects[-30:] if isinstance(effect, Cue)]
    if cues:
        ride.wish(Unheard(random.choice(cues)))


def _hang(ride: LoggedRide, random: Random) -> None:
    """Block the loop: nothing is heard or done; what is on its way is no part of it."""
    if not (ride.log.facts.sent_before_s or ride.log.facts.heard_after_s):
        seconds = random.uniform(0.1, 8)
        ride.log.write(Hung(ride.now, ride.now + seconds))
        ride.now += seconds
        ride._next_sample = max(ride._next_sample, ride.now)


def _put_deck_right(ride: LoggedRide, random: Random) -> None:
    ride.put_right()


def _keys(ride: LoggedRide, random: Random) -> None:
    key = random.choices([*KEYS], [*KEYS.values()])[0]
    for _ in range(random.choice([1, 1, 2, 4])):
        ride.press(key, random.choice([-6, -3, -2, -1, -0.5, -0.4, 0.3, 0.5, 1, 2, 4]))
        if key not in ("speed", "incline"):
            break
        ride.run(random.choice([0.0, 0.2, 0.7]))


KEYS = {"speed": 10, "incline": 5, "start": 2, "stop": 3, "key_out": 1, "key_in": 1}
EVENTS: dict[Callable[[LoggedRide, Random], None], int] = {
    _keys: 30,
    _wish: 18,
    _aim: 8,
    _fault: 12,
    _lose_contact: 5,
    _go_away: 7,
    _allow: 6,
    _be_unheard: 3,
    _hang: 3,
    _put_deck_right: 1,
}


# ---- the figures


class Storm(NamedTuple):
    """One random session, and what the second judge says of it."""

    ride: LoggedRide
    counts: Counter[str]  # of commands, and of what was excused
    flags: list[Flag]


def storm(seed: int) -> Storm:
    """Go through one random session and judge it."""
    random = Random(seed)
    ride = setup(random)
    happen(ride, random)
    judge = MachineJudge(ride.log)
    return Storm(ride, judge.counts, judge.judge())


def main() -> int:
    """Ride, judge, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sessions", nargs="?", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int)
    chosen = parser.parse_args()
    if chosen.seed is not None:
        ride, _, flags = storm(chosen.seed)
        show(ride)
        for flag in flags:
            _say(flag)
        return bool(flags)
    counts, rules, bad = Counter[str](), Counter[str](), 0
    seconds = 0.0
    began = time.process_time()
    for seed in range(chosen.first, chosen.first + chosen.sessions):
        ride, told, flags = storm(seed)
        counts += told
        seconds += ride.now
        rules.update(flag.rule for flag in flags)
        bad += bool(flags)
        for flag in flags[:2]:
            _say(f"seed {seed}: {flag}")
    _say(f"{chosen.sessions} sessions, {seconds / 3600:.0f} h, {bad} with flags")
    _say(f"CPU {time.process_time() - began:.0f} s")
    _say("commands:", dict(counts))
    _say("flags:", dict(rules))
    return bool(bad)


def _say(line: object, *more: object) -> None:
    sys.stdout.write(" ".join(map(str, (line, *more))) + "\n")
    sys.stdout.flush()


def show(ride: LoggedRide) -> None:
    """Print a log, with the true values."""
    _say(ride.log.facts)
    for entry in ride.log.entries:
        if isinstance(entry, Measured):
            continue
        at = entry.at
        true = f"{ride.log.value('belt', at):6.2f} {ride.log.value('deck', at):6.2f}"
        _say(f"{at:9.2f} {true}  {_short(entry)}")


def _short(entry: object) -> str:
    text = repr(entry)
    if "Moved(" in text:
        return f"   {entry.axis} -> {entry.move.target:.2f} by {entry.by}"  # type: ignore[attr-defined]
    return text if len(text) < 260 else text[:260]


if __name__ == "__main__":
    sys.exit(main())
