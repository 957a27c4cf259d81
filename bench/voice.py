"""From a sentence to an armed session, in Assist's own text path, in this process: wall time.

``after_change`` is the first sentence after names or sessions have changed: Assist reads all
sentence templates again then, those of other integrations and automations too.
"""

from __future__ import annotations

from statistics import median, quantiles
import time

from homeassistant.components.conversation import async_converse
from homeassistant.core import Context, HomeAssistant

from .home import MovingLoop, at_home, tidy
from .options import Options
from .ours import Treadmill, async_add_runners, async_add_treadmill
from .part import Say

_OTHER = "stop the treadmill"
_SENTENCE = "please start descending sprints for Ada"


def measure(options: Options, say: Say) -> None:
    """Start a session, stop it, and start it again, so many times."""

    async def work(hass: HomeAssistant, loop: MovingLoop) -> None:
        del loop
        await _async_measure(hass, 10 if options.quick else 50, say)

    at_home(options, work, "conversation:")


async def _async_measure(hass: HomeAssistant, rounds: int, say: Say) -> None:
    await async_add_runners(hass, "Ada")
    treadmill = await async_add_treadmill(hass, "Treadmill")
    changed, same = [], []
    tidy()
    for _ in range(rounds):
        changed.append(await _async_start(hass, treadmill))
        await _async_stop(hass, treadmill)
        await _async_say(hass, _OTHER)  # Assist has read everything again
        same.append(await _async_start(hass, treadmill))
        await _async_stop(hass, treadmill)
    p95 = quantiles(same, n=20, method="inclusive")[-1]
    say("sentence", round(median(same), 1), times=rounds)
    say("sentence_p95", round(p95, 1), worst=round(max(same), 1))
    say("after_change", round(median(changed), 1), worst=round(max(changed), 1))


async def _async_say(hass: HomeAssistant, sentence: str) -> None:
    await async_converse(hass, sentence, None, Context(), language="en")
    await hass.async_block_till_done()


async def _async_start(hass: HomeAssistant, treadmill: Treadmill) -> float:
    """Say the sentence; returns the milliseconds until the session is armed."""
    began = time.perf_counter()
    await async_converse(hass, _SENTENCE, None, Context(), language="en")
    took = (time.perf_counter() - began) * 1000
    if treadmill.state("sensor.session_state") != "armed":
        raise RuntimeError("the session was not armed")
    await hass.async_block_till_done()
    return took


async def _async_stop(hass: HomeAssistant, treadmill: Treadmill) -> None:
    await treadmill.async_act("stop")
    await hass.async_block_till_done()
