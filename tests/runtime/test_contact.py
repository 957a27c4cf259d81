"""What users hear of contact: one log line each way, and an issue where they can do something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.descent.const import CONTACT_ISSUE_S, DOMAIN
from custom_components.descent.runtime.contact import ContactWatch
from custom_components.descent.treadmills.base import Contact
from tests.runtime.scripted_engine import FakeTreadmill

LOGGER = "custom_components.descent.runtime.contact"


class Away(FakeTreadmill):
    """A treadmill whose contact a test decides about."""

    def __init__(self) -> None:
        super().__init__()
        self.now = Contact.RELEASED
        self.watchers: dict[object, Callable[[], None]] = {}

    @property
    def contact(self) -> Contact:
        """Say how it stands."""
        return self.now

    def on_contact(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Keep who wants to know."""
        key = object()
        self.watchers[key] = changed

        def end() -> None:
            self.watchers.pop(key, None)

        return end

    def be(self, *contacts: Contact) -> None:
        """Go through these, one after the other."""
        for self.now in contacts:
            for watcher in tuple(self.watchers.values()):
                watcher()


class Rig:
    """A treadmill that is watched."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self.treadmill = Away()
        self.changes: list[Contact] = []
        self.watch = ContactWatch(hass, "abc", "Belt", self.treadmill, self._changed)

    def _changed(self) -> None:
        self.changes.append(self.treadmill.contact)

    @property
    def issues(self) -> set[str]:
        """Keys of the issues there are."""
        return {
            str(issue.translation_key)
            for (domain, _), issue in ir.async_get(self.hass).issues.items()
            if domain == DOMAIN
        }

    async def wait(self, seconds: float) -> None:
        """Let timers of the event loop be called."""
        async_fire_time_changed(self.hass, dt_util.utcnow() + timedelta(seconds=seconds))
        await self.hass.async_block_till_done()


@pytest.fixture
def rig(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Rig:
    return Rig(hass)


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    caplog.set_level("INFO", LOGGER)
    return lambda: [record.getMessage() for record in caplog.records if record.name == LOGGER]


def test_every_change_is_passed_on(rig: Rig) -> None:
    rig.treadmill.be(Contact.CONNECTING, Contact.NOT_FOUND, Contact.CONNECTED)
    assert rig.changes == [Contact.CONNECTING, Contact.NOT_FOUND, Contact.CONNECTED]


def test_a_treadmill_that_is_away_from_the_beginning_is_logged_once(
    rig: Rig, lines: Callable[[], list[str]]
) -> None:
    rig.treadmill.be(Contact.CONNECTING, Contact.NOT_FOUND, Contact.UNREACHABLE)
    rig.treadmill.be(Contact.NOT_FOUND)
    assert lines() == ["Belt is unavailable: not found"]


def test_its_return_is_logged_once(rig: Rig, lines: Callable[[], list[str]]) -> None:
    rig.treadmill.be(Contact.NOT_FOUND, Contact.CONNECTED)
    rig.treadmill.be(Contact.CONNECTED)
    assert lines()[1:] == ["Belt is back"]


def test_contact_that_comes_at_once_is_worth_no_line(
    rig: Rig, lines: Callable[[], list[str]]
) -> None:
    rig.treadmill.be(Contact.CONNECTING, Contact.CONNECTED, Contact.RELEASED)
    assert lines() == []


@pytest.mark.parametrize("contact", [Contact.NO_SLOT, Contact.TAKEN, Contact.UNSUITABLE])
async def test_what_a_user_can_change_becomes_an_issue_once_it_has_lasted(
    rig: Rig, contact: Contact
) -> None:
    rig.treadmill.be(contact)
    await rig.wait(CONTACT_ISSUE_S - 1)
    assert rig.issues == set()
    await rig.wait(CONTACT_ISSUE_S + 1)
    assert rig.issues == {contact.value}


@pytest.mark.parametrize("contact", [Contact.NOT_FOUND, Contact.UNREACHABLE])
async def test_a_treadmill_that_is_off_is_no_issue(rig: Rig, contact: Contact) -> None:
    rig.treadmill.be(contact)
    await rig.wait(2 * CONTACT_ISSUE_S)
    assert rig.issues == set()


@pytest.mark.parametrize("contact", [Contact.CONNECTED, Contact.NOT_FOUND, Contact.RELEASED])
async def test_the_issue_goes_when_the_reason_does(rig: Rig, contact: Contact) -> None:
    rig.treadmill.be(Contact.TAKEN)
    await rig.wait(CONTACT_ISSUE_S + 1)
    rig.treadmill.be(Contact.CONNECTING)
    assert rig.issues == {"taken"}
    rig.treadmill.be(contact)
    assert rig.issues == set()


async def test_one_reason_replaces_the_other(rig: Rig) -> None:
    rig.treadmill.be(Contact.TAKEN)
    await rig.wait(CONTACT_ISSUE_S + 1)
    rig.treadmill.be(Contact.NO_SLOT)
    await rig.wait(CONTACT_ISSUE_S + 1)
    assert rig.issues == {"no_slot"}


async def test_nothing_is_reported_after_the_end(rig: Rig) -> None:
    rig.treadmill.be(Contact.TAKEN)
    rig.watch.end()
    rig.watch.end()
    await rig.wait(2 * CONTACT_ISSUE_S)
    rig.treadmill.be(Contact.CONNECTED)
    assert (rig.issues, rig.changes) == (set(), [Contact.TAKEN])
