"""The simulated treadmill as the demo starts it, and the forms through which it is added."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
import os
from pathlib import Path
import sys
from typing import cast

import pytest

from demo import machine as demo_machine
from demo.client import Client, Json, RefusedError
from demo.instance import StartError
from demo.links import FLOWS, async_walk, suggested
from demo.machine import PORTS, Simulated, hand_over_console

PATIENCE_S = 30


class Heard:
    """What a machine says."""

    def __init__(self) -> None:
        self.lines: asyncio.Queue[str] = asyncio.Queue()

    async def until(self, beginning: str) -> str:
        async with asyncio.timeout(PATIENCE_S):
            while not (line := await self.lines.get()).startswith(beginning):
                continue
            return line


@pytest.fixture(name="heard")
def heard_fixture() -> Heard:
    return Heard()


@pytest.fixture(name="machine", params=PORTS)
async def machine_fixture(
    request: pytest.FixtureRequest, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Simulated]:
    monkeypatch.setattr(demo_machine, "PYTHON", Path(sys.executable))
    machine = Simulated(request.param, "t800", heard.lines.put_nowait)
    yield machine
    await machine.async_stop()


async def test_it_tells_its_port_and_obeys_its_console(machine: Simulated, heard: Heard) -> None:
    await machine.async_start()
    assert machine.running
    assert machine.port
    machine.press("start")
    assert "running" not in await heard.until("belt countdown")


async def test_it_ends_when_it_is_told_to(machine: Simulated) -> None:
    await machine.async_start()
    await machine.async_stop()
    assert (machine.running, machine.pid) == (False, None)
    await machine.async_stop()


async def test_a_machine_that_does_not_start_says_why(
    machine: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.profile = "exercise bike"
    with pytest.raises(StartError, match="invalid choice: 'exercise bike'"):
        await machine.async_start()


async def test_the_terminal_is_its_console(machine: Simulated, heard: Heard) -> None:
    await machine.async_start()
    terminal, typing = os.pipe()
    with hand_over_console(machine, terminal):
        os.write(typing, b"quit\nkey out\n")
        assert "key out" in await heard.until("belt standing")
        os.close(typing)
    os.close(terminal)
    assert machine.running


async def test_without_a_terminal_nobody_is_waited_for(machine: Simulated) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    with hand_over_console(machine, nothing):
        machine.press("start")
    os.close(nothing)


# ---- the forms


class Flow:
    """Home Assistant's side of a config flow: the steps, one after the other."""

    def __init__(self, *steps: Json) -> None:
        self.steps = [step | {"flow_id": "f"} for step in steps]
        self.answers: list[Json] = []

    async def async_get(self, path: str) -> Json:
        assert path == f"{FLOWS}/f"
        return self.steps.pop(0)

    async def async_post(self, path: str, data: Json) -> Json:
        self.answers.append(data)
        return await self.async_get(path)

    async def walk(self, answers: dict[str, Json]) -> Json:
        return await async_walk(cast("Client", self), self.steps.pop(0), answers)


FORM: Json = {
    "type": "form",
    "step_id": "found",
    "data_schema": [
        {"name": "name", "description": {"suggested_value": "T-800"}},
        {"name": "step", "default": 1},
        {"name": "note"},
        {"name": "more", "type": "expandable", "schema": [{"name": "offset", "default": 0}]},
    ],
}
DONE: Json = {"type": "create_entry", "result": {"entry_id": "e"}}


def test_a_form_is_left_as_it_is_suggested() -> None:
    assert suggested(FORM["data_schema"]) == {"name": "T-800", "step": 1, "more": {"offset": 0}}


async def test_a_flow_is_walked_to_its_end() -> None:
    menu = {"type": "menu", "step_id": "user", "menu_options": ["network"]}
    flow = Flow(menu, {"type": "progress", "step_id": "probe"}, FORM, DONE)
    answers: dict[str, Json] = {
        "user": {"next_step_id": "network"},
        "found": {"step": 2, "more": {"scale": 3}},
    }
    assert await flow.walk(answers) == {"entry_id": "e"}
    assert flow.answers == [
        {"next_step_id": "network"},
        {"name": "T-800", "step": 2, "more": {"offset": 0, "scale": 3}},
    ]


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ({"type": "abort", "reason": "cannot_connect"}, "cannot_connect"),
        (FORM | {"errors": {"base": "no_treadmill"}}, "no_treadmill"),
    ],
)
async def test_a_flow_that_goes_wrong_says_where(end: Json, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        await Flow(FORM, end).walk({})
