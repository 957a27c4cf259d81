"""Voice, when it is known who speaks: a refusal in the language that was spoken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_READ_ONLY
from homeassistant.components.conversation import async_converse
from homeassistant.core import Context, HomeAssistant
import pytest

from tests import people
from tests.voice.speaking import VoiceRig, set_up_rig


@pytest.fixture(name="rig")
async def rig_fixture(hass: HomeAssistant, tmp_path: Path) -> AsyncIterator[VoiceRig]:
    """Set up Assist, and an owner."""
    rig = await set_up_rig(hass, tmp_path)
    await people.user(hass, "owner", GROUP_ID_ADMIN)
    yield rig
    await hass.config_entries.async_unload(rig.treadmill.entry_id)


async def say(rig: VoiceRig, language: str, sentence: str, user_id: str) -> str:
    """Say something as a user; return the answer."""
    context = Context(user_id=user_id)
    said = await async_converse(rig.hass, sentence, None, context, language=language)
    return str(said.response.speech["plain"]["speech"])


@pytest.mark.parametrize(
    ("language", "sentence", "refusal", "unknown"),
    [
        (
            "en",
            "pause the treadmill",
            "This user may not control the treadmill Belt upstairs.",
            "The user who asked for it does not exist any more.",
        ),
        (
            "de",
            "pausiere das Laufband",
            "Dieser Benutzer darf das Laufband Belt upstairs nicht steuern.",
            "Den Benutzer, der darum gebeten hat, gibt es nicht mehr.",
        ),
        (
            "fr",
            "mets le tapis en pause",
            "Cet utilisateur n'est pas autorisé à commander le tapis de course Belt upstairs.",
            "L'utilisateur qui l'a demandé n'existe plus.",
        ),
        (
            "es",
            "pausa la cinta",
            "Este usuario no tiene permiso para controlar la cinta Belt upstairs.",
            "El usuario que lo ha pedido ya no existe.",
        ),
        (
            "it",
            "metti in pausa il tapis roulant",
            "Questo utente non ha il permesso di comandare il tapis roulant Belt upstairs.",
            "L'utente che l'ha chiesto non esiste più.",
        ),
        (
            "nl",
            "pauzeer de loopband",
            "Deze gebruiker mag de loopband Belt upstairs niet bedienen.",
            "De gebruiker die dit vroeg, bestaat niet meer.",
        ),
    ],
)
async def test_a_refusal_is_in_the_language_that_was_spoken_and_no_failure(
    rig: VoiceRig,
    caplog: pytest.LogCaptureFixture,
    language: str,
    sentence: str,
    refusal: str,
    unknown: str,
) -> None:
    reader = await people.user(rig.hass, "reader", GROUP_ID_READ_ONLY)
    await rig.arm()
    rig.asked.clear()
    assert await say(rig, language, sentence, reader.id) == refusal
    assert await say(rig, language, sentence, people.UNKNOWN_ID) == unknown
    assert rig.asked == []
    assert not [record for record in caplog.records if record.exc_info]
