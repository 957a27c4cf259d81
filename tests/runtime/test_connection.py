"""What Home Assistant's Bluetooth tells of one machine, and which machines it tells Descent of."""

from __future__ import annotations

from collections.abc import AsyncIterator
import math
from unittest.mock import patch

from habluetooth import BaseHaRemoteScanner
from homeassistant.components import bluetooth
from homeassistant.core import HomeAssistant
import pytest

from custom_components.descent.const import DOMAIN
from custom_components.descent.runtime.connection import HomeRadio
from tests.bluetooth import set_up_bluetooth
from tests.machines.ble import NearbyTreadmill
from tests.machines.ble_air import ADVERTISEMENT_BYTES, MACHINE_ADDRESS, advertisement
from tests.machines.ftms import FtmsMachine
from tests.machines.profiles import PROFILES, Profile
from tests.machines.quirks import ADVERTISES_S, Quirk, WireFault
from tests.treadmills.manual_loop import ManualLoop

QUIET = PROFILES["typical"].having(Quirk.ADVERTISES_NAME_ONLY)  # discovered by nobody


class Nearby(NearbyTreadmill):
    """A treadmill that is nearby, and the time it lives in."""

    def __init__(self, hass: HomeAssistant, profile: Profile = QUIET) -> None:
        self.loop = ManualLoop()
        clock = self.loop.clock()
        super().__init__(hass, clock, FtmsMachine(clock, profile))


@pytest.fixture
async def radio(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> HomeRadio:
    await set_up_bluetooth(hass, monkeypatch)
    return HomeRadio(hass, MACHINE_ADDRESS)


@pytest.fixture
async def nearby(hass: HomeAssistant, radio: HomeRadio) -> AsyncIterator[Nearby]:
    made = Nearby(hass)
    await made.power_on()
    yield made
    await made.power_off()


async def test_nothing_is_known_of_a_machine_that_nobody_heard(radio: HomeRadio) -> None:
    assert (radio.device, radio.silent_s) == (None, math.inf)
    assert "never seen by any scanner" in radio.explain()


async def test_a_machine_that_was_heard_can_be_connected_to(
    radio: HomeRadio, nearby: Nearby
) -> None:
    assert radio.device is not None
    assert (radio.device.address, radio.device.name) == (MACHINE_ADDRESS, "Treadmill")
    assert "in connectable history" in radio.explain()


async def test_silence_is_counted_from_the_last_advertisement(
    radio: HomeRadio, nearby: Nearby, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard_at = bluetooth.MONOTONIC_TIME()
    monkeypatch.setattr(bluetooth, "MONOTONIC_TIME", lambda: heard_at + 40)
    assert radio.silent_s == pytest.approx(40, abs=1)
    nearby.advertise()
    assert radio.silent_s == 0


async def test_every_advertisement_is_told_even_if_it_says_nothing_new(
    radio: HomeRadio, nearby: Nearby
) -> None:
    appeared: list[None] = []
    end = radio.watch(lambda: appeared.append(None))
    nearby.advertise()
    nearby.advertise()
    end()
    nearby.advertise()
    assert len(appeared) == 2


async def test_who_can_only_listen_is_no_reason_to_try_to_connect(
    hass: HomeAssistant, radio: HomeRadio
) -> None:
    appeared: list[None] = []
    end = radio.watch(lambda: appeared.append(None))
    listener = BaseHaRemoteScanner("C2:00:00:00:00:02", "listener", None, connectable=False)
    leave = [listener.async_setup(), bluetooth.async_register_scanner(hass, listener)]
    listener._async_on_raw_advertisement(
        MACHINE_ADDRESS, -60, advertisement(QUIET), {}, bluetooth.MONOTONIC_TIME()
    )
    assert (radio.device, radio.silent_s, appeared) == (None, math.inf, [])
    end()
    for leaving in reversed(leave):
        leaving()


# ---- the simulated machine, as Home Assistant hears it


async def test_a_machine_may_advertise_for_a_while_only(
    hass: HomeAssistant, radio: HomeRadio
) -> None:
    nearby = Nearby(hass, QUIET.having(Quirk.ADVERTISES_BRIEFLY))
    await nearby.power_on()
    appeared: list[None] = []
    radio.watch(lambda: appeared.append(None))
    nearby.loop.run(ADVERTISES_S)
    heard = len(appeared)
    nearby.loop.run(ADVERTISES_S)
    assert (heard, len(appeared)) == (240, 240)
    await nearby.power_off()


async def test_a_machine_out_of_reach_is_not_heard(radio: HomeRadio, nearby: Nearby) -> None:
    appeared: list[None] = []
    radio.watch(lambda: appeared.append(None))
    nearby.machine.wire_faults = {WireFault.BLACKOUT}
    nearby.loop.run(5.0)
    assert appeared == []


@pytest.mark.parametrize("profile", PROFILES.values(), ids=tuple(PROFILES))
def test_every_advertisement_fits(profile: Profile) -> None:
    assert len(advertisement(profile)) <= ADVERTISEMENT_BYTES


# ---- discovery


@pytest.mark.parametrize(
    ("profile", "told"),
    [
        (PROFILES["typical"], [DOMAIN]),
        (PROFILES["typical"].having(Quirk.ADVERTISES_UUID_ONLY), [DOMAIN]),
        (QUIET, []),
    ],
    ids=["service data", "uuid only", "name only"],
)
async def test_descent_is_told_of_fitness_machines(
    hass: HomeAssistant, radio: HomeRadio, profile: Profile, told: list[str]
) -> None:
    nearby = Nearby(hass, profile)
    with patch("homeassistant.helpers.discovery_flow.async_create_flow") as create_flow:
        await nearby.power_on()
        nearby.advertise()
    assert [call.args[1] for call in create_flow.call_args_list] == told
    await nearby.power_off()


async def test_descent_is_told_of_a_fitness_machine_that_advertises_service_data_alone(
    hass: HomeAssistant, radio: HomeRadio
) -> None:
    nearby = Nearby(hass)
    nearby.machine.wire_faults = {WireFault.BLACKOUT}  # says nothing by itself
    await nearby.power_on()
    with patch("homeassistant.helpers.discovery_flow.async_create_flow") as create_flow:
        nearby.scanner._async_on_raw_advertisement(
            MACHINE_ADDRESS,
            -60,
            bytes.fromhex("020106 0616 2618 010100"),
            {},
            bluetooth.MONOTONIC_TIME(),
        )
    assert [call.args[1] for call in create_flow.call_args_list] == [DOMAIN]
    await nearby.power_off()
