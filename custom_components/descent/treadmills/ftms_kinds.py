"""Treadmills that speak FTMS, as two kinds: over Bluetooth, and over the network (DIRCON).

Both have the same driver, the same look and the same questions. Ranges are asked for in the
machine's own numbers, as its console shows them; offset and factor say how those differ from the
truth (ftms_options.py).
"""

from __future__ import annotations

from collections.abc import Mapping
import re
from typing import Any, Final

from ..training.model import HIGHEST_SPEED_KMH
from .ble import BleLink
from .dircon import PORT, DirconLink
from .ftms import FtmsTreadmill
from .ftms_options import (
    LARGEST_FACTOR,
    LONGEST_GAP_S,
    SMALLEST_FACTOR,
    ControlRequest,
    FtmsOptions,
    SpeedUnit,
    shown_incline_range,
)
from .ftms_probe import probe
from .gatt import (
    CYCLING_SPEED_AND_CADENCE,
    FITNESS_MACHINE,
    RUNNING_SPEED_AND_CADENCE,
    GattLink,
    number_of,
    uuid_of,
)
from .kind import Advertisement, Announcement, Bluetooth, Kind, Means, Network
from .questions import Choice, Measure, Number, Question, YesNo

_FTMS: Final = uuid_of(FITNESS_MACHINE)
_TREADMILL_BIT: Final = 0x01  # of the machine type in the service data (FTMS 1.0, 3.1.2)
_SPEEDS: Final = ("min_speed", "max_speed", "speed_step")
_SERVICE: Final = "_wahoo-fitness-tnp._tcp.local."
_SHORT: Final = re.compile("[0-9a-f]{4}")

_QUESTIONS: Final[tuple[Question, ...]] = (
    # Far more than any deck has: some count a percent several times.
    Number(key="min_incline", unit=Measure.PERCENT, low=-100, high=100),
    Number(key="max_incline", unit=Measure.PERCENT, low=-100, high=100),
    Number(key="min_speed", unit=Measure.KMH, low=0, high=10),
    Number(key="max_speed", unit=Measure.KMH, low=3, high=HIGHEST_SPEED_KMH),
    # A speed that is taken for another one exceeds every cap, so this is asked of everybody.
    Choice(
        key="speed_unit",
        options=tuple(unit.value for unit in SpeedUnit),
        default=SpeedUnit.KMH.value,
    ),
    # What is different in some machines. The defaults are what the standard says.
    Number(key="incline_step", unit=Measure.PERCENT, low=0.1, high=10, default=0.5, folded=True),
    Number(
        key="speed_step",
        unit=Measure.KMH,
        low=0.01,
        high=2,
        step=0.01,
        digits=2,
        default=0.1,
        folded=True,
    ),
    Number(key="incline_offset", unit=Measure.PERCENT, low=-20, high=20, default=0.0, folded=True),
    Number(
        key="incline_factor",
        unit=Measure.TIMES,
        low=SMALLEST_FACTOR,
        high=LARGEST_FACTOR,
        step=0.01,
        digits=2,
        default=1.0,
        folded=True,
    ),
    Choice(
        key="request_control",
        options=tuple(when.value for when in ControlRequest),
        default=ControlRequest.ONCE.value,
        folded=True,
    ),
    Number(
        key="command_gap",
        unit=Measure.SECONDS,
        low=0,
        high=LONGEST_GAP_S,
        default=0.0,
        folded=True,
    ),
    YesNo(key="sets_speed", default=True, folded=True),
    YesNo(key="can_start", default=True, folded=True),
    YesNo(key="can_stop", default=True, folded=True),
    YesNo(key="whole_percent", default=False, folded=True),
)


def bluetooth_link(means: Means) -> GattLink:
    """Make the link to a machine at an address. Raises ``ValueError`` if there is none."""
    return BleLink(means.clock, means.radio(str(_place(means, "address"))))


def network_link(means: Means) -> GattLink:
    """Make the link to a machine at a host and port. Raises ``ValueError`` if there are none."""

    def place() -> tuple[str, int]:
        return str(_place(means, "host")), int(_place(means, "port"))

    place()  # what is wrong with it should be known now, not when contact is made
    return DirconLink(means.clock, place)


def _place(means: Means, key: str) -> Any:
    try:
        return means.data()[key]
    except KeyError as error:
        raise ValueError(f"there is no {error} to connect to") from error


def _known_after(known: Mapping[str, Any], answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was known of a machine, in the unit its speeds are in now.

    What a machine of miles offers was taken for kilometres as long as nobody knew.
    """
    before, now = (
        SpeedUnit(one.get("speed_unit", SpeedUnit.KMH)).told_kmh for one in (known, answers)
    )
    speeds = {key: known[key] * now / before for key in _SPEEDS if key in known}
    return {**known, **speeds}


def _errors(answers: Mapping[str, Any]) -> dict[str, str]:
    """Name ranges whose ends are the wrong way round, and a deck that cannot be.

    A deck that never moves has a range of one value.
    """
    errors = {}
    if answers["min_incline"] > answers["max_incline"]:
        errors["max_incline"] = "incline_range_empty"
    if answers["min_speed"] >= answers["max_speed"]:
        errors["max_speed"] = "speed_range_empty"
    if errors:
        return errors
    options, shown = FtmsOptions.from_data(answers), shown_incline_range(answers)
    return {} if options.is_possible(shown) else {"base": "calibration_impossible"}


def _offers_ftms(heard: Advertisement) -> bool:
    """Whether something says that it is a fitness machine: by UUID, or by data for that UUID."""
    return _FTMS in heard.service_uuids or _FTMS in heard.service_data


def _may_be_a_treadmill(heard: Advertisement) -> bool:
    """Whether a fitness machine does not itself say that it is a bike, a rower or the like."""
    kinds = int.from_bytes(heard.service_data.get(_FTMS, b"")[1:3], "little")
    return _offers_ftms(heard) and (not kinds or bool(kinds & _TREADMILL_BIT))


def _may_be_a_treadmill_there(heard: Announcement) -> bool:
    """Whether something speaks DIRCON and does not list services that a treadmill has not.

    Those of a fitness machine that is pedalled are of none, unless somebody runs on it too.
    """
    if heard.type != _SERVICE:
        return False
    said = heard.properties.get("ble-service-uuids")
    if not isinstance(said, str):
        return True
    words = said.lower().replace(",", " ").split()
    offered = {number_of(word) or _short(word) for word in words}
    pedalled = CYCLING_SPEED_AND_CADENCE in offered and RUNNING_SPEED_AND_CADENCE not in offered
    return FITNESS_MACHINE in offered and not pedalled


def _short(word: str) -> int:
    """Return the number that a service is announced by; 0 for anything else."""
    digits = word.removeprefix("0x")
    return int(digits, 16) if _SHORT.fullmatch(digits) else 0


FTMS_BLUETOOTH: Final = Kind(
    id="ftms_bluetooth",
    where=Bluetooth(fits=_offers_ftms, is_treadmill=_may_be_a_treadmill),
    driver=lambda means: FtmsTreadmill.from_data(means.data(), means.clock, bluetooth_link(means)),
    probe=lambda means: probe(bluetooth_link(means), means.clock),
    questions=_QUESTIONS,
    known_after=_known_after,
    errors=_errors,
)
FTMS_NETWORK: Final = Kind(
    id="ftms_network",
    where=Network(
        port=PORT,
        is_treadmill=_may_be_a_treadmill_there,
        mac_property="mac-address",
        serial_property="serial-number",
    ),
    driver=lambda means: FtmsTreadmill.from_data(means.data(), means.clock, network_link(means)),
    probe=lambda means: probe(network_link(means), means.clock),
    questions=_QUESTIONS,
    known_after=_known_after,
    errors=_errors,
)
