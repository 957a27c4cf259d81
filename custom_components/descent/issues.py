"""Repair issues: what only a user can put right. Texts are translations under ``issues``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import CONF_KIND, DOMAIN, KIND_RUNNER
from .readable import readable, readable_values
from .session_problems import problem_list
from .training.script import ScriptError
from .treadmills.base import Contact

NO_RUNNER: Final = "no_runner"
CORRUPT_STORAGE: Final = "corrupt_storage"
NEWER_STORAGE: Final = "newer_storage"
NEWER_ENTRY: Final = "newer_entry"
SESSION_FILE: Final = "session_file"
DECLINE_WRONG_WAY: Final = "decline_wrong_way"
SPEED_UNIT: Final = "speed_unit"
NO_COMMANDS: Final = "no_commands"
# What a user can do something about; the key of the issue is the value.
CONTACT_ISSUES: Final = (Contact.NO_SLOT, Contact.TAKEN, Contact.UNSUITABLE)


@callback
def _create(
    hass: HomeAssistant,
    issue_id: str,
    *,
    translation_placeholders: Mapping[str, str] | None = None,
    **more: Any,
) -> None:
    """Raise an issue. All are shown in one list: none may have in it what cannot be shown."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        readable(issue_id),
        translation_placeholders=readable_values(translation_placeholders or {}),
        **more,
    )


@callback
def update_no_runner(hass: HomeAssistant) -> None:
    """Suggest adding a runner while there is a treadmill and none."""
    kinds = {
        entry.data.get(CONF_KIND)
        for entry in hass.config_entries.async_entries(
            DOMAIN, include_ignore=False, include_disabled=False
        )
    }
    if kinds and KIND_RUNNER not in kinds:
        _create(
            hass,
            NO_RUNNER,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=NO_RUNNER,
        )
    else:
        ir.async_delete_issue(hass, DOMAIN, NO_RUNNER)


@callback
def report_corrupt_storage(hass: HomeAssistant, entry_id: str, name: str, path: str) -> None:
    """Say that what was stored for a treadmill could not be used, and where it is now."""
    _create(
        hass,
        f"{CORRUPT_STORAGE}_{entry_id}",
        is_fixable=True,
        is_persistent=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=CORRUPT_STORAGE,
        translation_placeholders={"name": name, "path": path},
    )


@callback
def forget_corrupt_storage(hass: HomeAssistant, entry_id: str) -> None:
    """Take back what was said about the storage of an entry."""
    ir.async_delete_issue(hass, DOMAIN, f"{CORRUPT_STORAGE}_{entry_id}")


@callback
def report_newer_storage(hass: HomeAssistant, entry_id: str, name: str, path: str) -> None:
    """Say that a newer version stored something for a treadmill, and that it is left alone."""
    _create(
        hass,
        f"{NEWER_STORAGE}_{entry_id}",
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=NEWER_STORAGE,
        translation_placeholders={"name": name, "path": path},
    )


@callback
def forget_newer_storage(hass: HomeAssistant, entry_id: str) -> None:
    """Take that back."""
    ir.async_delete_issue(hass, DOMAIN, f"{NEWER_STORAGE}_{entry_id}")


@callback
def report_newer_entries(hass: HomeAssistant, version: int) -> None:
    """Say which entries a newer version made: Home Assistant does not set them up.

    ``version`` is the newest that is understood.
    """
    for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False):
        if entry.version > version:
            _create(
                hass,
                f"{NEWER_ENTRY}_{entry.entry_id}",
                is_fixable=False,
                severity=ir.IssueSeverity.ERROR,
                translation_key=NEWER_ENTRY,
                translation_placeholders={"name": entry.title},
            )


@callback
def forget_newer_entry(hass: HomeAssistant, entry_id: str) -> None:
    """Take that back."""
    ir.async_delete_issue(hass, DOMAIN, f"{NEWER_ENTRY}_{entry_id}")


@callback
def report_session_files(hass: HomeAssistant, errors: Iterable[ScriptError]) -> None:
    """Have one issue for every session file that is wrong, and none for others."""
    wrong = {readable(f"{SESSION_FILE}_{error.source}"): error for error in errors}
    known = [
        issue_id
        for domain, issue_id in ir.async_get(hass).issues
        if domain == DOMAIN and issue_id.startswith(f"{SESSION_FILE}_")
    ]
    for issue_id in known:
        if issue_id not in wrong:
            ir.async_delete_issue(hass, DOMAIN, issue_id)
    for issue_id, error in wrong.items():
        _create(
            hass,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=SESSION_FILE,
            translation_placeholders={
                "file": error.source,
                "problems": problem_list(hass, error),
            },
        )


@callback
def report_contact(hass: HomeAssistant, entry_id: str, name: str, contact: Contact) -> None:
    """Say why a treadmill that is there cannot be reached, and nothing else about its contact."""
    forget_contact_issues(hass, entry_id)
    _create(
        hass,
        f"{contact.value}_{entry_id}",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=contact.value,
        translation_placeholders={"name": name},
    )


@callback
def forget_contact_issues(hass: HomeAssistant, entry_id: str) -> None:
    """Take back what was said about the contact of an entry."""
    for contact in CONTACT_ISSUES:
        ir.async_delete_issue(hass, DOMAIN, f"{contact.value}_{entry_id}")


@callback
def report_decline(hass: HomeAssistant, entry_id: str, name: str) -> None:
    """Say that a deck went up when it was told to go down."""
    _create(
        hass,
        f"{DECLINE_WRONG_WAY}_{entry_id}",
        data={"entry_id": entry_id},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=DECLINE_WRONG_WAY,
        translation_placeholders={"name": name},
    )


@callback
def forget_decline(hass: HomeAssistant, entry_id: str) -> None:
    """Take back what was said about the deck of an entry."""
    ir.async_delete_issue(hass, DOMAIN, f"{DECLINE_WRONG_WAY}_{entry_id}")


@callback
def report_speed_unit(hass: HomeAssistant, entry_id: str, name: str) -> None:
    """Say that a treadmill measures speeds in another unit than its owner says."""
    _create(
        hass,
        f"{SPEED_UNIT}_{entry_id}",
        data={"entry_id": entry_id},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=SPEED_UNIT,
        translation_placeholders={"name": name},
    )


@callback
def forget_speed_unit(hass: HomeAssistant, entry_id: str) -> None:
    """Take back what was said about the speeds of an entry."""
    ir.async_delete_issue(hass, DOMAIN, f"{SPEED_UNIT}_{entry_id}")


@callback
def report_no_commands(hass: HomeAssistant, entry_id: str, name: str) -> None:
    """Say that a treadmill that may be controlled cannot be."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{NO_COMMANDS}_{entry_id}",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=NO_COMMANDS,
        translation_placeholders={"name": name},
    )


@callback
def forget_no_commands(hass: HomeAssistant, entry_id: str) -> None:
    """Take back what was said about the commands of an entry."""
    ir.async_delete_issue(hass, DOMAIN, f"{NO_COMMANDS}_{entry_id}")
