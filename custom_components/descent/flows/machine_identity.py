"""Which machine is which: a MAC address or a serial number tells one from all others.

A name does not: two treadmills of one model share it. Where neither is known, nothing tells
machines apart but the place they are at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
import re
from typing import Any

from homeassistant.helpers.device_registry import format_mac

_MAC = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}")
_NO_MACS = {"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"}
_FEWEST_SIGNS = 3  # different ones in a serial number: "0000" and "n/a" are none
_COUNTED_UP = "01234567890123456789"  # nor is "12345678", which many consoles are sold with


@dataclass(frozen=True, slots=True)
class MachineIdentity:
    """What is known about who a machine is; spelled so that it can be compared."""

    mac: str | None = None
    serial: str | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> MachineIdentity:
        """Return that of the machine an entry is about."""
        return cls(data.get("mac"), data.get("serial"))

    @property
    def unique_id(self) -> str | None:
        """What Home Assistant knows the machine by; ``None`` if nothing tells it from others."""
        return self.mac or (self.serial.casefold() if self.serial else None)

    def is_same(self, other: MachineIdentity) -> bool | None:
        """Whether both are one machine; ``None`` if that cannot be told."""
        if self.mac and other.mac:
            return self.mac == other.mac
        if self.serial and other.serial:
            return self.serial.casefold() == other.serial.casefold()
        return None

    def with_more(self, other: MachineIdentity) -> MachineIdentity:
        """Return what both know together; this one counts where they differ."""
        return MachineIdentity(self.mac or other.mac, self.serial or other.serial)

    def as_data(self) -> dict[str, str]:
        """Return it as an entry keeps it, as far as it is known."""
        return {key: value for key, value in (("mac", self.mac), ("serial", self.serial)) if value}


def identifying_mac(said: str) -> str:
    """Spell a MAC address as Home Assistant does; empty if it is none, or one of nobody."""
    mac = format_mac(said.strip().lower())
    return mac if _MAC.fullmatch(mac) and mac not in _NO_MACS else ""


def identifying_serial(said: str) -> str:
    """Return a serial number; empty if it looks like one that a whole series of machines has."""
    signs = "".join(sign for sign in said if sign.isalnum())
    told = len(set(signs)) >= _FEWEST_SIGNS and any(sign.isdigit() for sign in signs)
    return said if told and signs not in _COUNTED_UP else ""
