"""What a machine says about itself without being asked: over the air, and on the network.

Anybody with a radio can say anything, so nothing here is believed further than to offer a choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.components.bluetooth import BluetoothServiceInfoBleak
from homeassistant.helpers.device_registry import format_mac

from ..const import LONGEST_NAME
from ..treadmills.gatt import FITNESS_MACHINE, number_of, uuid_of

_FTMS = uuid_of(FITNESS_MACHINE)
_TREADMILL_BIT = 0x01  # of the machine type in the service data (FTMS 1.0, 3.1.2)


def legible(text: str | None) -> str:
    """Make what a machine says about itself fit to be read, whatever is in it.

    A name may come from anybody with a radio. One line, no control or formatting characters, and
    nothing that ends the quotation it is shown in.
    """
    words = " ".join((text or "").replace("`", "").split())
    readable = "".join(sign for sign in words if sign.isprintable())
    return " ".join(readable.split())[:LONGEST_NAME].strip()


def offers_ftms(info: BluetoothServiceInfoBleak) -> bool:
    """Whether a machine says that it is a fitness machine: by UUID, or by data for that UUID."""
    return _FTMS in info.service_uuids or _FTMS in info.service_data


def may_be_a_treadmill(info: BluetoothServiceInfoBleak) -> bool:
    """Whether a machine does not itself say that it is a bike, a rower or the like."""
    kinds = int.from_bytes(info.service_data.get(_FTMS, b"")[1:3], "little")
    return offers_ftms(info) and (not kinds or bool(kinds & _TREADMILL_BIT))


def name_of(info: BluetoothServiceInfoBleak) -> str:
    """Return what a machine calls itself; nothing if that is only its address."""
    return "" if info.name == info.address else legible(info.name)


def lists_ftms(offered: str) -> bool:
    """Whether a list of services has the Fitness Machine in it, in whichever spelling."""
    words = offered.lower().replace(",", " ").split()
    return any(word in {"1826", "0x1826"} or number_of(word) == FITNESS_MACHINE for word in words)


def network_id(said: Mapping[str, Any]) -> str | None:
    """Return what tells a machine on the network from all others, wherever it is."""
    for key in ("mac-address", "serial-number"):
        value = said.get(key)
        if isinstance(value, str) and (text := legible(value)):
            return format_mac(text).lower()
    return None
