"""The engine still does, to the microsecond, what it did when its rides were recorded."""

from __future__ import annotations

import pytest

from tests.training import recording
from tests.training.recording import Case


@pytest.mark.parametrize("case", recording.cases(), ids=str)
def test_a_recorded_ride_is_the_same_again(case: Case) -> None:
    assert not (said := recording.difference(case)), said


def test_nothing_is_kept_of_a_ride_that_is_no_more() -> None:
    assert list(recording.kept_sums()) == [str(case) for case in recording.cases()]
