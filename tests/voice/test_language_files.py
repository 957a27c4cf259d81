"""A language is two data files: a seventh one is put in place, and is heard and answered in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration
import pytest

from custom_components.descent.const import DOMAIN
from custom_components.descent.training.events import Cue, CueKind
from custom_components.descent.voice import language
from custom_components.descent.wording import CueWording
from tests import imports
from tests.voice.speaking import VoiceRig, set_up_rig

CODE = "sv"
FILES = {
    f"sentences/{CODE}.yaml": (
        ("  start: >\n    ", "  start: >\n    starta, "),
        ('speed_set: "The belt goes to {speed}."', 'speed_set: "Bandet går till {speed}."'),
    ),
    f"translations/{CODE}.json": (
        ('"decimal": "."', '"decimal": ","'),
        ('"go": "Go."', '"go": "Nu."'),
        ("There is nothing to resume.", "Det finns inget att återuppta."),
    ),
}


@pytest.fixture(name="seventh", autouse=True)
async def seventh_fixture(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Add a copy of the English files with a few words of another language."""
    for name, words in FILES.items():
        added = tmp_path / name
        copytree(imports.DESCENT / added.parent.name, added.parent)
        text = (added.parent / f"en{added.suffix}").read_text(encoding="utf-8")
        for english, swedish in words:
            assert english in text
            text = text.replace(english, swedish)
        added.write_text(text, encoding="utf-8")
    monkeypatch.setattr(language, "FOLDER", tmp_path / "sentences")
    monkeypatch.setattr(await async_get_integration(hass, DOMAIN), "file_path", tmp_path)


@pytest.fixture(name="rig")
async def rig_fixture(
    hass: HomeAssistant, seventh: None, tmp_path: Path
) -> AsyncIterator[VoiceRig]:
    """Furnish a room in which the new language is spoken."""
    rig = await set_up_rig(hass, tmp_path)
    rig.language = CODE
    yield rig
    await hass.config_entries.async_unload(rig.treadmill.entry_id)


def test_every_language_has_both_its_files() -> None:
    sentences = {path.stem for path in (imports.DESCENT / "sentences").iterdir()}
    assert sentences == {path.stem for path in (imports.DESCENT / "translations").iterdir()}
    assert "en" in sentences


async def test_a_new_language_is_heard_and_answered_in(rig: VoiceRig) -> None:
    assert (await rig.say("starta sunrise loop")).startswith("Sunrise loop for Ada")
    assert rig.state() == "armed"
    await rig.run()
    assert await rig.say("resume") == "Det finns inget att återuppta."
    said = await rig.say("set the speed to åtta point fem")
    assert (said, rig.asked[0]["speed_kmh"]) == ("Bandet går till 8,5 km/h.", 8.5)


async def test_a_new_language_is_announced_in(hass: HomeAssistant) -> None:
    hass.config.language = CODE
    wording = CueWording(hass)
    await wording.async_load()
    said = [
        wording.render(Cue(kind=CueKind.STEP, key=key, values={"speed": "14.5"}))
        for key in ("go", "resumed")
    ]
    assert said == ["Nu.", "Going on, 14,5."]


def test_a_language_that_unicode_has_no_numbers_of_brings_its_own() -> None:
    assert language.number_words("tlh") == {}
