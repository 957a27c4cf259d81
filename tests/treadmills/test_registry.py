"""Which driver a config entry gets."""

from __future__ import annotations

import pytest

from custom_components.descent.treadmills import DRIVERS, create
from custom_components.descent.treadmills.ftms import FtmsTreadmill
from custom_components.descent.treadmills.gatt import GattLink
from custom_components.descent.treadmills.virtual import VirtualTreadmill
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES
from tests.treadmills.contract import RIGS
from tests.treadmills.manual_loop import ManualLoop
from tests.treadmills.memory_link import MemoryLink

VIRTUAL = {
    "kind": "virtual_treadmill",
    "preset": "typical",
    "min_incline": -6,
    "max_incline": 15,
    "max_speed": 22,
}
REAL = {
    "min_speed": 1.0,
    "max_speed": 20.0,
    "speed_step": 0.1,
    "min_incline": -6.0,
    "max_incline": 15.0,
    "incline_step": 0.5,
}


def no_link() -> GattLink:
    """Fail: nobody needs a link."""
    raise AssertionError


def a_link() -> GattLink:
    """Make a link to a machine that stands there."""
    return MemoryLink(FtmsMachine(ManualLoop().clock(), PROFILES["typical"]))


def test_a_virtual_treadmill_gets_its_driver_unconnected() -> None:
    treadmill = create(VIRTUAL, ManualLoop().clock(), no_link)
    assert isinstance(treadmill, VirtualTreadmill)
    assert not treadmill.connected


@pytest.mark.parametrize("kind", ["ftms_bluetooth", "ftms_network"])
def test_a_real_treadmill_gets_its_driver_over_a_link_that_is_not_opened(kind: str) -> None:
    treadmill = create(REAL | {"kind": kind}, ManualLoop().clock(), a_link)
    assert isinstance(treadmill, FtmsTreadmill)
    assert not treadmill.connected


@pytest.mark.parametrize("kind", ["rowing_machine", None, ["virtual_treadmill"]])
def test_an_unknown_kind_is_an_error_that_names_the_known_ones(kind: object) -> None:
    with pytest.raises(ValueError, match="there are virtual_treadmill"):
        create(VIRTUAL | {"kind": kind}, ManualLoop().clock(), no_link)


def test_data_a_driver_cannot_work_with_is_an_error() -> None:
    with pytest.raises(ValueError, match="ludicrous"):
        create(VIRTUAL | {"preset": "ludicrous"}, ManualLoop().clock(), no_link)


def test_every_driver_is_held_to_the_contract() -> None:
    assert len(RIGS) >= len(DRIVERS)
