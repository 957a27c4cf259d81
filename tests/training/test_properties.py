"""What holds in every ride, however people, machines and links behave."""

from __future__ import annotations

from hypothesis import given

from tests.training.invariants import broken
from tests.training.storm import Gust, Scene, scenes, storms


@given(scenes(), storms)
def test_no_storm_breaks_a_rule(scene: Scene, gusts: list[Gust]) -> None:
    ride = scene.storm().set_out().weather(gusts)
    assert broken(ride.moments, scene.machine, scene.permissions, scene.level) == []
