"""Which driver a config entry gets."""

from __future__ import annotations

import pytest

from custom_components.descent.treadmills import DRIVERS, create
from custom_components.descent.treadmills.virtual import VirtualTreadmill
from tests.treadmills.contract import RIGS
from tests.treadmills.manual_loop import ManualLoop

VIRTUAL = {
    "kind": "virtual_treadmill",
    "preset": "typical",
    "min_incline": -6,
    "max_incline": 15,
    "max_speed": 22,
}


def test_a_virtual_treadmill_gets_its_driver_unconnected() -> None:
    treadmill = create(VIRTUAL, ManualLoop().clock())
    assert isinstance(treadmill, VirtualTreadmill)
    assert not treadmill.connected


@pytest.mark.parametrize("kind", ["rowing_machine", None, ["virtual_treadmill"]])
def test_an_unknown_kind_is_an_error_that_names_the_known_ones(kind: object) -> None:
    with pytest.raises(ValueError, match="there are virtual_treadmill"):
        create(VIRTUAL | {"kind": kind}, ManualLoop().clock())


def test_data_a_driver_cannot_work_with_is_an_error() -> None:
    with pytest.raises(ValueError, match="ludicrous"):
        create(VIRTUAL | {"preset": "ludicrous"}, ManualLoop().clock())


def test_every_driver_is_held_to_the_contract() -> None:
    assert len(RIGS) >= len(DRIVERS)
