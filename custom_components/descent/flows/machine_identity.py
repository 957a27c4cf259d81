"""Which machine is which: what tells one from all others.

A MAC address is that of a host, and one host may announce several machines: a program that bridges
a bike and a treadmill to the network (qdomyos-zwift) does, each at a port of its own. So a machine
in the network is its MAC address together with its serial number, or with the name of its service
where it tells no serial number. Without a MAC address, only a serial number tells one from all
others: two treadmills of one model share their name. Where neither is known, nothing tells machines
apart but the place they are at.
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
    service: str | None = None  # what it is called in its announcements

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> MachineIdentity:
        """Return that of the machine an entry is about."""
        return cls(data.get("mac"), data.get("serial"), data.get("service"))

    @property
    def unique_id(self) -> str | None:
        """What Home Assistant knows the machine by; ``None`` if nothing tells it from others."""
        if self.mac is None:
            return _folded(self.serial)
        return "_".join(filter(None, (self.mac, _folded(self.serial or self.service))))

    def is_same(self, other: MachineIdentity) -> bool | None:
        """Whether both are one machine; ``None`` if that cannot be told."""
        if self.mac and other.mac and self.mac != other.mac:
            return False
        if self.serial and other.serial:
            return _folded(self.serial) == _folded(other.serial)
        if self.is_same_host(other) and self.service and other.service:
            return _folded(self.service) == _folded(other.service)
        return None

    def is_same_host(self, other: MachineIdentity) -> bool:
        """Whether both are machines of one host, as far as is known."""
        return self.mac is not None and self.mac == other.mac

    def is_known_by_less(self, unique_id: str | None) -> bool:
        """Whether an entry of this machine is known by one part of this alone, or by nothing."""
        return _folded(unique_id) in {None, self.mac, _folded(self.serial)}

    def with_more(self, other: MachineIdentity) -> MachineIdentity:
        """Return what both know together; this one counts where they differ."""
        return MachineIdentity(
            self.mac or other.mac, self.serial or other.serial, self.service or other.service
        )

    def as_data(self) -> dict[str, str]:
        """Return it as an entry keeps it, as far as it is known."""
        said = {"mac": self.mac, "serial": self.serial, "service": self.service}
        return {key: value for key, value in said.items() if value}


def _folded(text: str | None) -> str | None:
    """Spell a text as it is compared; ``None`` for nothing."""
    return text.casefold() if text else None


def identifying_mac(said: str) -> str:
    """Spell a MAC address as Home Assistant does; empty if it is none, or one of nobody."""
    mac = format_mac(said.strip().lower())
    return mac if _MAC.fullmatch(mac) and mac not in _NO_MACS else ""


def identifying_serial(said: str) -> str:
    """Return a serial number; empty if it looks like one that a whole series of machines has."""
    signs = "".join(sign for sign in said if sign.isalnum())
    told = len(set(signs)) >= _FEWEST_SIGNS and any(sign.isdigit() for sign in signs)
    return said if told and signs not in _COUNTED_UP else ""
