"""Somebody who is connected to a simulated machine, and hears everything it says."""

from __future__ import annotations

from custom_components.descent.treadmills import gatt
from custom_components.descent.treadmills.ftms_codec import TreadmillData, decode_treadmill_data
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES, Profile, Quirk
from tests.treadmills.manual_loop import ManualLoop

REQUEST_CONTROL = b"\x00"
START = b"\x07"
STOP = b"\x08\x01"
PAUSE = b"\x08\x02"
SPEAKING = (gatt.TREADMILL_DATA, gatt.TRAINING_STATUS, gatt.CONTROL_POINT, gatt.MACHINE_STATUS)


def speed(hundredths: int) -> bytes:
    """Make the command for a speed in hundredths of the machine's unit."""
    return b"\x02" + hundredths.to_bytes(2, "little")


def incline(tenths: int) -> bytes:
    """Make the command for an incline in tenths of a percent."""
    return b"\x03" + tenths.to_bytes(2, "little", signed=True)


class Central:
    """Connected, and subscribed to everything, from the beginning."""

    def __init__(self, profile: Profile = PROFILES["typical"]) -> None:
        self.loop = ManualLoop()
        self.machine = FtmsMachine(self.loop.clock(), profile)
        self.belt_and_deck = self.machine.belt_and_deck
        self.said: list[tuple[int, bytes]] = []
        self.connect()

    @classmethod
    def of(cls, name: str, *quirks: Quirk) -> Central:
        """Connect to a family by its name, with further quirks."""
        return cls(PROFILES[name].having(*quirks))

    def connect(self) -> None:
        """Come back."""
        self.machine.connected(lambda number, value: self.said.append((number, value)))
        for number in SPEAKING:
            self.machine.subscribe(number, on=True)

    def run(self, seconds: float) -> None:
        """Let time pass."""
        self.loop.run(seconds)

    def command(self, value: bytes) -> bytes:
        """Write a command; returns what the control point answered within 0.1 s, if anything."""
        self.said.clear()
        self.machine.write(gatt.CONTROL_POINT, value)
        self.run(0.1)
        return b" ".join(self.heard(gatt.CONTROL_POINT))

    def heard(self, number: int) -> list[bytes]:
        """Return what a characteristic said, in order."""
        return [value for told, value in self.said if told == number]

    @property
    def statuses(self) -> list[bytes]:
        """Everything said about what happened at the machine."""
        return self.heard(gatt.MACHINE_STATUS)

    @property
    def samples(self) -> list[TreadmillData]:
        """Every packet of measurements."""
        return [decode_treadmill_data(value) for value in self.heard(gatt.TREADMILL_DATA)]

    @property
    def speed_kmh(self) -> float:
        """What the belt really does."""
        return self.belt_and_deck.speed_kmh(self.machine.time())

    @property
    def incline_pct(self) -> float:
        """Where the deck really is."""
        return self.belt_and_deck.incline_pct(self.machine.time())

    def walk(self, kmh: float = 6.0) -> None:
        """Start the belt at the console, and bring it to a speed from here."""
        self.command(REQUEST_CONTROL)
        self.machine.press_start()
        self.run(6.0)
        self.command(speed(round(kmh * 100)))
        self.run(15.0)
        self.said.clear()
