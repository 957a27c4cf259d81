"""An engine that is asked more often than it has to be does the same."""

from __future__ import annotations

from hypothesis import given
import pytest

from tests.training.restless import Restless
from tests.training.storm import Gust, Scene, scenes, storms

# Thousands of sessions in CI, on whatever computer that is.
pytestmark = pytest.mark.timeout(900)


@given(scenes(), storms)
def test_asking_too_often_and_hearing_twice_changes_nothing(
    scene: Scene, gusts: list[Gust]
) -> None:
    scene.storm(Restless).set_out().weather(gusts)
