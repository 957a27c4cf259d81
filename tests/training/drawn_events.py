"""What happens in a recorded ride: drawn from a generator with a fixed seed, the same every time.

An event is a function of the ride and the generator. It lasts as long as it has to; what it leaves
broken is mended afterwards (recording.py), so that the session goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from custom_components.descent.training.events import (
    Aim,
    Arm,
    Cue,
    Outcome,
    Pause,
    Resume,
    Skip,
    State,
    Status,
    StatusKind,
    Unheard,
    UserEvent,
)
from custom_components.descent.training.model import Level, Telemetry
from custom_components.descent.treadmills.faults import SimulatedFault
from tests.training import random_rides
from tests.training.random_rides import INFORMATIVE
from tests.training.recorded import Recorded

type Happening = Callable[[Recorded, Random], None]

_BUTTONS = ("console_speed", "console_incline")
_BAD = (Outcome.REJECTED, Outcome.UNKNOWN, Outcome.ACCEPTED)


def seconds(random: Random, low: float, high: float) -> float:
    """Draw a time."""
    return round(random.uniform(low, high), 2)


def halves(random: Random, low: int, high: int) -> float:
    """Draw a setting in halves."""
    return random.randint(low, high) / 2


# ---- the runner's wishes


def _pause(ride: Recorded, random: Random) -> None:
    ride.wish(Pause())
    ride.run(seconds(random, 0.5, 30))


def _resume(ride: Recorded, random: Random) -> None:
    ride.wish(Resume(by_hand=random.random() < 0.3))


def _skip(ride: Recorded, random: Random) -> None:
    ride.wish(Skip(confirmed=random.random() < 0.6, by_hand=random.random() < 0.2))


def _arm(ride: Recorded, random: Random) -> None:
    ride.wish(Arm(ride.plan, by_hand=random.random() < 0.3))


def _aim(ride: Recorded, random: Random) -> None:
    speed = round(ride.speed * 2) / 2 + halves(random, -4, 4)
    incline = halves(random, -14, 12)
    which = random.randrange(4)
    ride.wish(Aim(None if which == 0 else speed, None if which in (1, 2) else incline))


def _aim_far(ride: Recorded, random: Random) -> None:
    ride.wish(Aim(random.choice([None, 0.0, 3.0, 30.0]), random.choice([None, 0.0, -9.0, 20.0])))


# ---- the console


def _dial(ride: Recorded, random: Random) -> None:
    button, change = random.choice(_BUTTONS), halves(random, -6, 6)
    ride.wind(f"{button} {change}")
    random_rides._press(ride, button, change)


def _slower(ride: Recorded, random: Random) -> None:
    change = -halves(random, 2, 6)
    ride.wind(f"console_speed {change}")
    random_rides._press(ride, "console_speed", change)


def _press_start(ride: Recorded, random: Random) -> None:
    ride.wind("press_start")
    random_rides._press(ride, "press_start")


def _press_stop(ride: Recorded, random: Random) -> None:
    ride.wind("press_stop")
    random_rides._press(ride, "press_stop")
    if random.random() < 0.3:  # and on again before it stands
        ride.run(seconds(random, 0.5, 8))
        _press_start(ride, random)


def _pull_key(ride: Recorded, random: Random) -> None:
    ride.wind("pull_safety_key")
    random_rides._press(ride, "pull_safety_key")
    ride.run(seconds(random, 0.1, 12))
    ride.wish(Resume())


# ---- the machine and the link


def _fault(ride: Recorded, random: Random) -> None:
    fault = random.choice(INFORMATIVE)
    _toggle(ride, fault)
    if random.random() < 0.4:
        _aim(ride, random)
    ride.run(seconds(random, 2, 45))


def _wrong_way(ride: Recorded, random: Random) -> None:
    _until_told(ride, random)
    _toggle(
        ride,
        random.choice([SimulatedFault.WRONG_WAY, SimulatedFault.OVERSHOOT, SimulatedFault.IGNORE]),
    )
    ride.run(seconds(random, 20, 60))


def _stop_in_vain(ride: Recorded, random: Random) -> None:
    _toggle(
        ride,
        random.choice(
            [SimulatedFault.STOP_IGNORED, SimulatedFault.REJECT, SimulatedFault.WRONG_WAY]
        ),
    )
    wishes: list[UserEvent] = [Pause(), Skip(confirmed=True), Aim(speed_kmh=3.0)]
    ride.wish(random.choice(wishes))
    ride.run(seconds(random, 10, 90))


def _link(ride: Recorded, random: Random) -> None:
    _toggle(ride, SimulatedFault.LINK_LOST)
    ride.run(seconds(random, 0.1, 9))
    if SimulatedFault.LINK_LOST in ride.physics.faults:
        _toggle(ride, SimulatedFault.LINK_LOST)
    ride.wish(Resume())


def _toggle(ride: Recorded, fault: SimulatedFault) -> None:
    ride.wind(f"fault {fault.value}")
    random_rides._toggle(ride, fault)


def _samples(ride: Recorded, random: Random) -> None:
    ride.wind("old samples")
    random_rides._repeat_sample(ride)
    random_rides._old_sample(ride, seconds(random, 0, 9), random.choice([0.0, 3.0, 9.0]))


def _key_sample(ride: Recorded, random: Random) -> None:
    """Only the measurement tells that the key is out."""
    ride.wind("sample key_out")
    ride.ask(
        Telemetry(
            at=ride.now, speed_kmh=0.0, incline_pct=round(ride.incline, 1), safety_key_out=True
        )
    )
    ride.run(seconds(random, 0.2, 5))


def _answer(ride: Recorded, random: Random) -> None:
    if random.random() < 0.7:
        _until_told(ride, random)
    back, outcome = random.choice([0, 0, 0, 1, 3]), random.choice(_BAD)
    ride.wind(f"answer {back} back {outcome.value}")
    random_rides._answer(ride, back, outcome)


def _until_told(ride: Recorded, random: Random) -> None:
    """Wait for the next command."""
    before = len(ride.commands)
    ride.run(90, lambda: len(ride.commands) > before)


def _unheard(ride: Recorded, random: Random) -> None:
    before = len(ride.cues)

    def tells() -> bool:
        return any(
            cue.speed_kmh is not None or cue.incline_pct is not None or cue.key == "arm_countdown"
            for _, cue in _cues(ride)[before:]
        )

    ride.run(150, tells)
    said = _cues(ride)[before:] or _cues(ride)[-1:]
    ride.run(seconds(random, 0.1, 4))
    for _, cue in said[-1:]:
        ride.wind(f"unheard {cue.key}")
        ride.ask(Unheard(cue))


def _cues(ride: Recorded) -> list[tuple[float, Cue]]:
    return ride.cues


# A target comes from the key that is pressed.
_HAPPENINGS = [kind for kind in StatusKind if kind not in random_rides._TARGETS.values()]


def _status(ride: Recorded, random: Random) -> None:
    kind = random.choice(_HAPPENINGS)
    ride.wind(f"status {kind.value}")
    ride.ask(Status(kind))


# ---- Home Assistant


def _hang(ride: Recorded, random: Random) -> None:
    long = seconds(random, 0.5, 12)
    ride.wind(f"hang {long}")
    random_rides._hang(ride, long)


def _restart(ride: Recorded, random: Random) -> None:
    if random.random() < 0.4:
        _leave(ride, random)
    ride.wind("restart")
    ride.restart()


def _leave(ride: Recorded, random: Random) -> None:
    ride.wind("leave")
    random_rides._leave(ride)
    ride.run(seconds(random, 0.5, 10))


def _forget_decline(ride: Recorded, random: Random) -> None:
    ride.wind("forget_decline")
    random_rides._forget_decline(ride)


def _permissions(ride: Recorded, random: Random) -> None:
    old = ride.engine.permissions
    ride.engine.permissions = replace(
        old,
        control=old.control and random.random() < 0.5,
        start_belt=random.random() < 0.5,
        max_speed_kmh=random.choice([None, 7.0]),
    )
    ride.wind("permissions")
    ride.run(seconds(random, 1, 40))
    _pause(ride, random)
    ride.engine.permissions = old


def _machine(ride: Recorded, random: Random) -> None:
    machine = ride.machine
    flatter = replace(machine.incline, minimum=max(machine.incline.minimum, -2.0))
    slower = replace(machine.speed, maximum=9.0)
    ride.wind("machine")
    ride.engine.machine = replace(
        machine, incline=flatter, speed=slower, can_start=not machine.can_start
    )
    ride.run(seconds(random, 1, 20))
    if random.random() < 0.5:  # a restart takes over its ranges too
        ride.restart()
        ride.engine.machine = replace(machine, incline=flatter, speed=slower)
        ride.run(5)
        ride.wish(Resume())
        ride.run(seconds(random, 30, 90))
    ride.engine.machine = machine


def _level(ride: Recorded, random: Random) -> None:
    ride.wind("level")
    ride.engine.level = random.choice(list(Level))


def _absent(ride: Recorded, random: Random) -> None:
    """Nobody does what is asked for."""
    ride.wind("nobody there")
    ride.helpful = False
    if random.random() < 0.5:
        _pause(ride, random)
        ride.run(10, lambda: ride.engine.state is State.FINISHED)
        ride.wish(Resume())
    ride.run(seconds(random, 20, 150))


HAPPENINGS: dict[Happening, int] = {
    _pause: 4,
    _resume: 1,
    _skip: 2,
    _arm: 1,
    _aim: 7,
    _aim_far: 2,
    _dial: 6,
    _slower: 2,
    _press_start: 1,
    _press_stop: 4,
    _pull_key: 2,
    _fault: 8,
    _wrong_way: 3,
    _stop_in_vain: 3,
    _link: 2,
    _samples: 1,
    _key_sample: 1,
    _answer: 4,
    _unheard: 3,
    _status: 2,
    _hang: 3,
    _restart: 4,
    _leave: 1,
    _forget_decline: 1,
    _permissions: 1,
    _machine: 2,
    _level: 1,
    _absent: 3,
}


def wrong_deck(ride: Recorded) -> None:
    """The deck goes up when it is tried (rule R12), and nobody puts it right for a while."""
    ride.go_on(240, lambda: any(cue.key == "decline_check" for _, cue in ride.cues))
    _toggle(ride, SimulatedFault.WRONG_WAY)
    ride.run(40)
    ride.wish(Resume())
    ride.wish(Arm(ride.plan))


def to_the_end(ride: Recorded, random: Random) -> None:
    """Skip all that is left, and have trouble while the belt comes to rest."""
    for _ in ride.plan.steps:
        if ride.engine.state is State.RUNNING:
            ride.wish(Skip(confirmed=True))
    ride.run(seconds(random, 0.2, 6))
    event(ride, random)


def nobody_comes(ride: Recorded, random: Random) -> None:
    """Begin, and let the session expire (rule R2)."""
    ride.helpful = False
    ride.begin()
    ride.run(seconds(random, 110, 130))


def event(ride: Recorded, random: Random) -> None:
    """Let one thing happen."""
    [happening] = random.choices(list(HAPPENINGS), list(HAPPENINGS.values()))
    happening(ride, random)
