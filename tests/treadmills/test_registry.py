"""Which driver a config entry gets, and what every kind of treadmill promises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from custom_components.descent.treadmills import KINDS, Kind, Means, Number, create
from custom_components.descent.treadmills.ble import Radio
from custom_components.descent.treadmills.ftms import FtmsTreadmill
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
REAL = {
    "min_speed": 1.0,
    "max_speed": 20.0,
    "speed_step": 0.1,
    "min_incline": -6.0,
    "max_incline": 15.0,
    "incline_step": 0.5,
}
AIR = {"kind": "ftms_bluetooth", "address": "C0:FF:EE:00:00:01"}
NETWORK = {"kind": "ftms_network", "host": "127.0.0.7", "port": 36866}


class SilentRadio:
    """Hears nothing."""

    device = None
    silent_s = 1e9

    def explain(self) -> str:
        return "nothing"

    def watch(self, appeared: object) -> Any:
        return lambda: None


def means(data: Mapping[str, Any]) -> Means:
    """Give a driver what it works with, as Home Assistant would."""

    def radio(address: str) -> Radio:
        assert address == AIR["address"]
        return SilentRadio()

    return Means(data=lambda: data, clock=ManualLoop().clock(), radio=radio, hass=None)


def test_a_virtual_treadmill_gets_its_driver_unconnected() -> None:
    treadmill = create(means(VIRTUAL))
    assert isinstance(treadmill, VirtualTreadmill)
    assert not treadmill.connected


@pytest.mark.parametrize("where", [AIR, NETWORK], ids=lambda where: where["kind"])
def test_a_real_treadmill_gets_its_driver_over_a_link_that_is_not_opened(
    where: dict[str, Any],
) -> None:
    treadmill = create(means(REAL | where))
    assert isinstance(treadmill, FtmsTreadmill)
    assert not treadmill.connected


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ({"kind": "ftms_network", "port": 36866}, "no 'host' to connect to"),
        ({"kind": "ftms_network", "host": "127.0.0.7"}, "no 'port' to connect to"),
        ({"kind": "ftms_network", "host": "127.0.0.7", "port": "x"}, "invalid literal"),
        ({"kind": "ftms_bluetooth"}, "no 'address' to connect to"),
    ],
)
def test_a_place_that_is_none_is_an_error(where: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        create(means(REAL | where))


@pytest.mark.parametrize("kind", ["rowing_machine", None, ["virtual_treadmill"]])
def test_an_unknown_kind_is_an_error_that_names_the_known_ones(kind: object) -> None:
    with pytest.raises(ValueError, match="there are ftms_bluetooth, ftms_network, virtual"):
        create(means(VIRTUAL | {"kind": kind}))


def test_data_a_driver_cannot_work_with_is_an_error() -> None:
    with pytest.raises(ValueError, match="ludicrous"):
        create(means(VIRTUAL | {"preset": "ludicrous"}))


def test_every_driver_is_held_to_the_contract() -> None:
    assert len(RIGS) >= len(KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_a_kind_asks_each_question_once_and_assumes_what_may_be_answered(kind: Kind) -> None:
    keys = [question.key for question in kind.questions]
    assert sorted(keys) == sorted(set(keys))
    assumed = [
        (number.low, number.default, number.high)
        for number in kind.questions
        if isinstance(number, Number) and number.default is not None
    ]
    assert all(low <= value <= high for low, value, high in assumed)
