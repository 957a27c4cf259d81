"""What becomes of text that cannot be written on as it is."""

from __future__ import annotations

import os

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.descent.flows.found import legible
from custom_components.descent.issues import report_contact, report_newer_storage
from custom_components.descent.readable import readable, readable_name, readable_values
from custom_components.descent.treadmills.base import Contact


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("hill_day.yaml", "hill_day.yaml"),
        ("Console\u00a0: d\u00e9marrage \U0001f3c3", "Console\u00a0: d\u00e9marrage \U0001f3c3"),
        ("two\nlines", "two\nlines"),
        (os.fsdecode(b"bad\xff\xfe.yaml"), r"bad\xff\xfe.yaml"),
        ("half \ud83d", r"half \ud83d"),
        ("bell\x07, escape\x1b[31m", r"bell\x07, escape\x1b[31m"),
        ("turned\u202elmay", r"turned\u202elmay"),
    ],
)
def test_only_what_cannot_be_shown_is_written_out(text: str, shown: str) -> None:
    assert readable(text) == shown
    assert readable_values({"file": text}) == {"file": shown}


def test_a_name_is_one_line() -> None:
    assert readable_name("two\nlines.yaml") == r"two\nlines.yaml"


@pytest.mark.parametrize("sent", ["Run\udcff\ud800 Fit", "\u202eRun Fit", "Run\x00 Fit"])
def test_what_a_machine_calls_itself_is_text_whatever_it_sends(sent: str) -> None:
    assert legible(sent) == "Run Fit"


async def test_no_repair_issue_has_in_it_what_cannot_be_shown(hass: HomeAssistant) -> None:
    report_contact(hass, "e1", "Run\udcff Fit", Contact.TAKEN)
    report_newer_storage(hass, "e1", "Run", "/config\udcfe/descent")
    told = [issue.translation_placeholders for issue in ir.async_get(hass).issues.values()]
    assert told == [{"name": r"Run\xff Fit"}, {"name": "Run", "path": r"/config\xfe/descent"}]
