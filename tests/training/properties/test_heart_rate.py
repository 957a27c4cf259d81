"""A heart rate is shown and kept, and commands nothing (rule R13)."""

from __future__ import annotations

from hypothesis import given
import pytest

from tests.training.restless import Worried
from tests.training.storm import Gust, Scene, scenes, storms

# Thousands of sessions in CI, on whatever computer that is.
pytestmark = pytest.mark.timeout(900)


@given(scenes(), storms)
def test_r13_heart_rate_changes_no_command(scene: Scene, gusts: list[Gust]) -> None:
    calm = scene.storm().set_out().weather(gusts)
    worried = scene.storm(Worried).set_out().weather(gusts)
    assert worried.effects == calm.effects
