"""The sounds of a countdown, as a speaker fetches them."""

from __future__ import annotations

from http import HTTPStatus
import io
import struct
import wave

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.descent.announcements import tones
from custom_components.descent.training.voice_timing import TONES, Tone
from tests.mock_entries import set_up, treadmill_entry


def loud(body: bytes) -> list[float]:
    """Return the seconds at which a sound begins after silence."""
    with wave.open(io.BytesIO(body)) as reader:
        rate, frames = reader.getframerate(), reader.getnframes()
        samples = struct.unpack(f"<{frames}h", reader.readframes(frames))
    window = rate // 100
    levels = [
        max(map(abs, samples[start : start + window])) > 3000 for start in range(0, frames, window)
    ]
    return [
        index / 100
        for index, (before, here) in enumerate(zip([False, *levels], levels, strict=False))
        if here and not before
    ]


@pytest.mark.parametrize("count", range(1, TONES + 1))
def test_a_countdown_has_one_tone_a_second_and_one_at_go(count: int) -> None:
    body = tones.made(tones.name(Tone.COUNTDOWN, count))
    assert loud(body) == pytest.approx([float(second) for second in range(count + 1)], abs=0.02)


def test_attention_is_two_tones() -> None:
    assert len(loud(tones.made(tones.name(Tone.ATTENTION, 0)))) == 2


@pytest.mark.parametrize("name", sorted(tones.NAMES))
async def test_a_speaker_fetches_a_sound_without_logging_in(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator, name: str
) -> None:
    await set_up(hass, treadmill_entry())
    answer = await (await hass_client_no_auth()).get(tones.path(name))
    assert (answer.status, answer.content_type) == (HTTPStatus.OK, "audio/wav")
    assert await answer.read() == tones.made(name)


@pytest.mark.parametrize("name", ["countdown_0", "countdown_6", "countdown_999999", "x", "%2e"])
async def test_there_are_no_other_sounds(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator, name: str
) -> None:
    await set_up(hass, treadmill_entry())
    answer = await (await hass_client_no_auth()).get(tones.path(name))
    assert answer.status == HTTPStatus.NOT_FOUND
