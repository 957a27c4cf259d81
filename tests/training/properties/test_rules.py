"""However people, machines and links behave, no rule is broken."""

from __future__ import annotations

from hypothesis import given
import pytest

from tests.training.invariants import broken
from tests.training.storm import Gust, Scene, scenes, storms

# Thousands of sessions in CI, on whatever computer that is.
pytestmark = pytest.mark.timeout(900)


@given(scenes(), storms)
def test_no_storm_breaks_a_rule(scene: Scene, gusts: list[Gust]) -> None:
    ride = scene.storm().set_out().weather(gusts)
    ride.run(6)
    assert broken(ride.moments, scene.machine, scene.permissions, scene.level) == []
