"""The sounds of a countdown, made here and served to speakers that fetch them.

They are no secret and carry nothing, so a speaker may fetch them without logging in.
"""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
import io
import math
import struct
import wave

from aiohttp import web
from homeassistant.core import HomeAssistant
from homeassistant.helpers.http import HomeAssistantView

from ..const import DOMAIN
from ..training.voice_timing import TONES, Tone

_RATE_HZ = 22_050  # what every speaker plays
_LOUDNESS = 0.6  # of full scale: heard under music, and no clipping
_FADE_S = 0.01  # a tone that begins at once clicks
_LOW_HZ, _HIGH_HZ = 880.0, 1320.0
_SHORT_S, _LONG_S = 0.15, 0.5


def name(tone: Tone, tones: int) -> str:
    """Return the name of a sound; ``tones`` counts those of a countdown before "go"."""
    return f"{tone.value}_{tones}" if tone is Tone.COUNTDOWN else tone.value


NAMES = frozenset(
    {name(Tone.ATTENTION, 0), *(name(Tone.COUNTDOWN, tones) for tones in range(1, TONES + 1))}
)


def path(sound: str) -> str:
    """Return where Home Assistant serves a sound."""
    return f"/api/{DOMAIN}/tone/{sound}.wav"


@cache
def made(wanted: str) -> bytes:
    """Make the WAV file of a sound of ``NAMES``. Takes milliseconds; kept from then on."""
    if wanted == Tone.ATTENTION:
        beeps = [(0.0, _SHORT_S, _LOW_HZ), (0.2, _SHORT_S, _HIGH_HZ)]
    else:
        tones = int(wanted.rpartition("_")[2])
        beeps = [(float(second), _SHORT_S, _LOW_HZ) for second in range(tones)]
        beeps.append((float(tones), _LONG_S, _HIGH_HZ))
    samples = [0] * round((beeps[-1][0] + beeps[-1][1]) * _RATE_HZ)
    for start_s, lasts_s, hz in beeps:
        _beep(samples, start_s, lasts_s, hz)
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(_RATE_HZ)
        writer.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


def _beep(samples: list[int], start_s: float, lasts_s: float, hz: float) -> None:
    """Add one tone."""
    first = round(start_s * _RATE_HZ)
    for index in range(min(round(lasts_s * _RATE_HZ), len(samples) - first)):
        at = index / _RATE_HZ
        fade = min(1.0, at / _FADE_S, (lasts_s - at) / _FADE_S)
        samples[first + index] = round(32767 * _LOUDNESS * fade * math.sin(2 * math.pi * hz * at))


class ToneView(HomeAssistantView):
    """Serves the sounds."""

    url = path("{sound}")
    name = f"api:{DOMAIN}:tone"
    requires_auth = False

    def __init__(self, hass: HomeAssistant) -> None:
        """Make sounds in the executor of ``hass``."""
        self._hass = hass

    async def get(self, request: web.Request, sound: str) -> web.Response:
        """Answer with a sound."""
        if sound not in NAMES:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        body = await self._hass.async_add_executor_job(made, sound)
        return web.Response(body=body, content_type="audio/wav")
