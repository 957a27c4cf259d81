"""The way into a descent, where it is not the step before that leads there."""

from __future__ import annotations

import pytest

from custom_components.descent.training import cues
from custom_components.descent.training.events import CueKind
from custom_components.descent.training.model import Phase
from tests.training.plans import of, step
from tests.training.ride import Ride

STEADY = step(Phase.STEADY, 6, 0, 20)
DESCENT = step(Phase.DESCENT, 12, -6, 20, rep=1, reps=1)


@pytest.mark.parametrize("interval_s", [1.0, 0.7, 0.25])
def test_go_comes_at_the_end_of_the_countdown_whenever_the_machine_measures(
    interval_s: float,
) -> None:
    ride = Ride(interval_s=interval_s).arm(of(STEADY, DESCENT)).in_descent()
    told = {cue.kind: at for at, cue in ride.cues}
    assert told[CueKind.GO] - told[CueKind.COUNTDOWN] == pytest.approx(cues.COUNTDOWN_S)
