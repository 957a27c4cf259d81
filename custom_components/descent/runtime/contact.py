"""What contact to a treadmill means outside of a session: a log line each way, and repair issues.

A treadmill that is switched off is no fault: one line, and no issue. One that is there and lets
nobody in is something a user can change: that becomes an issue, once it has lasted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
import logging

from homeassistant.core import HomeAssistant, callback

from ..const import CONTACT_ISSUE_S
from ..issues import CONTACT_ISSUES, forget_contact_issues, report_contact
from ..treadmills.base import Contact, Treadmill

_LOGGER = logging.getLogger(__name__)

# Known again in a moment, or not wanted: nothing to say about.
_SILENT = frozenset({Contact.CONNECTING, Contact.RELEASED})


class ContactWatch:
    """Watches one treadmill from its first try on."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        name: str,
        treadmill: Treadmill,
        changed: Callable[[], None],
    ) -> None:
        """Begin; ``changed`` is called after each change was taken note of."""
        self._hass = hass
        self._entry_id = entry_id
        self._name = name
        self._treadmill = treadmill
        self._changed = changed
        self._was_connected = True  # so that one that is away from the beginning is logged once
        self._contact = treadmill.contact
        self._timer: asyncio.TimerHandle | None = None
        self._unlisten = treadmill.on_contact(self._look)

    @callback
    def end(self) -> None:
        """Stop watching. Issues stay until contact says otherwise, or the entry goes."""
        self._unlisten()
        self._cancel()

    @callback
    def _look(self) -> None:
        contact = self._treadmill.contact
        if contact is not self._contact:
            self._contact = contact
            self._log(contact)
            self._cancel()
            if contact in CONTACT_ISSUES:
                self._timer = self._hass.loop.call_later(CONTACT_ISSUE_S, self._report)
            elif contact is not Contact.CONNECTING:
                forget_contact_issues(self._hass, self._entry_id)
        self._changed()

    def _log(self, contact: Contact) -> None:
        if contact is Contact.CONNECTED:
            if not self._was_connected:
                _LOGGER.info("%s is back", self._name)
            self._was_connected = True
        elif contact not in _SILENT and self._was_connected:
            self._was_connected = False
            _LOGGER.info("%s is unavailable: %s", self._name, contact.value.replace("_", " "))

    def _report(self) -> None:
        self._timer = None
        report_contact(self._hass, self._entry_id, self._name, self._contact)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
