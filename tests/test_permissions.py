"""Who may do what: every way to ask a treadmill for something, for every kind of user.

What there is to ask is read from Home Assistant: a new action, command, sentence, tool or entity
without a row here fails.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from homeassistant.auth.models import User
from homeassistant.components.conversation import async_converse
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant, SupportsResponse
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import entity_registry as er, llm
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from custom_components.descent.blueprints import Report
from custom_components.descent.const import DOMAIN
from custom_components.descent.dashboard import websocket
from custom_components.descent.llm import TOOLS
from custom_components.descent.runtime.journal import Record
from custom_components.descent.treadmills.virtual import VirtualTreadmill
from custom_components.descent.voice import assist
from tests import flow_entries, people

pytestmark = pytest.mark.usefixtures("hurried")

# ---- the table

DONE, REFUSED, UNKNOWN = "done", "refused", "unknown user"
WHO = ("admin", "user", "read_only", "this_only", "other_only", "nobody", "unknown")
# What becomes of it, if it is asked for treadmill "this".
EXPECTED: Mapping[str, Mapping[str, str]] = {
    kind: dict(zip(WHO, outcomes, strict=True))
    for kind, outcomes in {
        "moves": (DONE, DONE, REFUSED, DONE, REFUSED, DONE, UNKNOWN),
        "tells": (DONE, DONE, DONE, DONE, REFUSED, DONE, UNKNOWN),
        "stops": (DONE, DONE, DONE, DONE, DONE, DONE, DONE),
        "manages": (DONE, REFUSED, REFUSED, REFUSED, REFUSED, DONE, UNKNOWN),
    }.items()
}


@dataclass(frozen=True, kw_only=True)
class Call:
    """Something to ask for: its kind, with what, in which state, and the wish that it makes."""

    kind: str
    asked: Any = None
    given: str = "running"
    wish: str | None = None


BELT = "Belt upstairs"
# An hour at one pace: nothing is sent to a machine by itself while tests are looking.
HOUR = """
name: Long hour
level: any
steps:
  - warm_up: {for: 20 s, pace: 6 km/h}
  - repeat: 3
    steps:
      - steady: {for: 60 min, pace: 6 km/h}
"""
SESSION = {"session": "hour", "runner": "Ada", "overrides": {}}
# Each table is a tour, too: one call leads into the state that is given to the next.
ACTIONS: Mapping[str, Call] = {
    "list_sessions": Call(kind="tells", asked={}, given="idle"),
    "preview_session": Call(kind="tells", asked=SESSION, given="idle"),
    "start_session": Call(kind="moves", asked=SESSION, given="idle", wish="arm"),
    "set_target": Call(kind="moves", asked={"speed": 5, "incline": 1}, wish="aim"),
    "skip": Call(kind="moves", asked={}, wish="skip"),
    "pause": Call(kind="moves", asked={}, wish="pause"),
    "resume": Call(kind="moves", asked={}, given="paused", wish="resume"),
    "stop": Call(kind="stops", asked={}, wish="stop"),
}
MANAGING = {
    "reload": Call(kind="manages", given="idle"),
    "import_blueprints": Call(kind="manages", given="idle"),
}
COMMANDS: Mapping[str, Call] = {
    "descent/live": Call(kind="tells", asked={}, given="idle"),
    "descent/sessions": Call(kind="tells", asked={}, given="idle"),
    "descent/plan": Call(kind="tells", asked={"session": "hour"}, given="idle"),
    "descent/act start_session": Call(kind="moves", asked=SESSION, given="idle", wish="arm"),
    "descent/act set_target": Call(kind="moves", asked={"nudge_speed": -1}, wish="aim"),
    "descent/act skip": Call(kind="moves", asked={}, wish="skip"),
    "descent/act pause": Call(kind="moves", asked={}, wish="pause"),
    "descent/act resume": Call(kind="moves", asked={}, given="paused", wish="resume"),
    "descent/act stop": Call(kind="stops", asked={}, wish="stop"),
}
SENTENCES: Mapping[str, Call] = {
    "start": Call(
        kind="moves", asked=f"start long hour for Ada on {BELT}", given="idle", wish="arm"
    ),
    "left": Call(kind="tells", asked=f"how long is left on {BELT}"),
    "next": Call(kind="tells", asked=f"what is next on {BELT}"),
    "down": Call(kind="tells", asked=f"how far down am I on {BELT}"),
    "status": Call(kind="tells", asked=f"which rep am I on at {BELT}"),
    "speed_now": Call(kind="tells", asked=f"how fast is {BELT}"),
    "slope_now": Call(kind="tells", asked=f"how steep is {BELT}"),
    "moving": Call(kind="tells", asked=f"is {BELT} running"),
    "sessions": Call(kind="tells", asked=f"what sessions are there on {BELT}"),
    "downhill": Call(kind="moves", asked=f"more downhill on {BELT}", wish="aim"),
    "uphill": Call(kind="moves", asked=f"more uphill on {BELT}", wish="aim"),
    "steeper": Call(kind="moves", asked=f"make {BELT} steeper", wish="aim"),
    "flatter": Call(kind="moves", asked=f"make {BELT} flatter", wish="aim"),
    "decline": Call(kind="moves", asked=f"set the decline of {BELT} to 2", wish="aim"),
    "incline": Call(kind="moves", asked=f"set the incline of {BELT} to 1", wish="aim"),
    "slower": Call(kind="moves", asked=f"slow down {BELT}", wish="aim"),
    "faster": Call(kind="moves", asked=f"speed up {BELT}", wish="aim"),
    "speed": Call(kind="moves", asked=f"set the speed of {BELT} to 5", wish="aim"),
    "skip": Call(kind="moves", asked=f"skip on {BELT}", wish="skip"),
    "pause": Call(kind="moves", asked=f"pause {BELT}", wish="pause"),
    "resume": Call(kind="moves", asked=f"resume {BELT}", given="paused", wish="resume"),
    "stop": Call(kind="stops", asked=f"stop {BELT}", wish="stop"),
}
ASSISTANT: Mapping[str, Call] = {
    "status": Call(kind="tells", asked={}, given="idle"),
    **ACTIONS,
}
# What asks something of an entity, by its platform. What the others do is told by their states.
SERVICES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "button": ("press", {}),
    "number": ("set_value", {"value": 1}),
    "select": ("select_option", {"option": "none"}),
    "switch": ("turn_off", {}),
}
TELLING = {"binary_sensor", "event", "image", "sensor"}
STARTS = {"arm", "resume"}  # the runner presses Start then
ORDERS = ("set_speed", "set_incline", "start_belt", "stop_belt")
KEYS = ("start", "stop", "faster", "slower", "up", "down")
HANDS = (*(f"press_{key}" for key in KEYS), "pull_safety_key", "replace_safety_key")

# ---- a house with two treadmills


@dataclass
class House:
    """Two treadmills whose belts Home Assistant may start, and who asks for something there."""

    hass: HomeAssistant
    this: ConfigEntry[Any]
    other: ConfigEntry[Any]
    users: Mapping[str, User]
    wishes: list[str] = field(default_factory=list)  # what the engines were asked for
    orders: list[str] = field(default_factory=list)  # what the machines were told

    def context(self, who: str) -> Context:
        """Return the context of what somebody asks."""
        ids = {name: user.id for name, user in self.users.items()}
        return Context(user_id=(ids | {"nobody": None, "unknown": people.UNKNOWN_ID})[who])

    def hear(self, record: Record) -> None:
        """Keep a wish, and whether it was refused."""
        if record["type"] == "intent":
            refused = f" refused: {record['refused']}" if "refused" in record else ""
            self.wishes.append(record["what"] + refused)

    async def be(self, state: str) -> None:
        """Wait until the treadmill that is asked for something is idle, running or paused."""
        await {"idle": self._rest, "running": self._run, "paused": self._pause}[state]()

    async def _rest(self) -> None:
        await self._until("session_state", "idle", "finished")
        await self._stand()

    async def _run(self) -> None:
        await self._until("phase", "steady")
        await self._until("session_state", "running")

    async def _pause(self) -> None:
        await self._until("session_state", "paused")
        await self._stand()

    async def _stand(self) -> None:
        """Wait until the belt stands, and is believed to."""
        await flow_entries.until_belt_stands(self.hass, self.this)
        await flow_entries.until_state(self.hass, self.this, "binary_sensor", "belt_moving", "off")

    async def _until(self, sensor: str, *states: str) -> None:
        entity = flow_entries.entity_id(self.hass, self.this, "sensor", sensor)
        await flow_entries.until(self.hass, entity, lambda state: state.state in states)

    async def settle(self) -> None:
        """Bring the treadmill to a steady run, in which nothing is sent to it."""
        await flow_entries.act(self.hass, "start_session", treadmill=BELT, session="hour")
        await self.be("running")
        await self._until("speed", "6.0")


@pytest.fixture(name="house")
async def house_fixture(
    hass: HomeAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    flow_entries.add_sessions(hass, tmp_path, hour=HOUR)
    assert await async_setup_component(hass, "homeassistant", {})
    await flow_entries.add_runner(hass)
    belts = [
        await flow_entries.add_treadmill(
            hass, name=name, time_scale=60, control={"start_belt": True}
        )
        for name in (BELT, "Second")
    ]
    for belt in belts:
        await flow_entries.until_state(hass, belt, "sensor", "speed", "0.0")
    this, other = belts
    house = House(hass, this, other, await people.household(hass, this, other))
    for belt in belts:
        belt.runtime_data.journal.subscribe(house.hear)
    for name in (*ORDERS, *HANDS):
        monkeypatch.setattr(VirtualTreadmill, name, overheard(name, house.orders))
    yield house
    for belt in belts:
        await hass.config_entries.async_unload(belt.entry_id)


def overheard(name: str, orders: list[str]) -> Callable[..., Any]:
    """Return a method of the machine that notes that it was called."""
    original = getattr(VirtualTreadmill, name)

    def method(machine: VirtualTreadmill, *args: Any) -> Any:
        orders.append(name)
        return original(machine, *args)

    return method


async def outcome(asking: Awaitable[object]) -> str:
    """Return what becomes of something that is asked for."""
    try:
        await asking
    except UnknownUser:
        return UNKNOWN
    except Unauthorized:
        return REFUSED
    return DONE


# ---- ways to ask

type Ask = Callable[[str, str, Call], Awaitable[str]]  # who, for what, as the table has it


@dataclass(frozen=True)
class Way:
    """A way to ask: what can be asked for, how, and who can ask that way."""

    calls: Mapping[str, Call]
    ask: Ask
    who: tuple[str, ...] = WHO

    def of_kind(self, *kinds: str) -> dict[str, Call]:
        """Return the calls of some kinds."""
        return {name: call for name, call in self.calls.items() if call.kind in kinds}


async def by_action(house: House, _: WebSocketGenerator | None) -> Way:
    """Ask by an action, also for its answer where it has one."""
    services = house.hass.services

    async def ask(who: str, action: str, call: Call) -> str:
        answers = services.supports_response(DOMAIN, action) is not SupportsResponse.NONE
        asking = services.async_call(
            DOMAIN,
            action,
            {} if call.kind == "manages" else {"treadmill": BELT, **call.asked},
            blocking=True,
            context=house.context(who),
            return_response=answers,
        )
        return await outcome(asking)

    return Way({**ACTIONS, **MANAGING}, ask)


async def by_command(house: House, hass_ws_client: WebSocketGenerator) -> Way:
    """Ask by a command of the card, which only users can."""
    clients = {
        name: await hass_ws_client(house.hass, await people.access_token(house.hass, account))
        for name, account in house.users.items()
    }
    whose = {"entry_id": house.this.entry_id}

    async def ask(who: str, command: str, call: Call) -> str:
        name, _, action = command.partition(" ")
        acts = {"action": action, "data": {"treadmill": BELT, **call.asked}}
        message = {"type": name} | (acts if action else whose | call.asked)
        await clients[who].send_json_auto_id(message)
        answer = await result(clients[who])
        return DONE if answer["success"] else CODES[answer["error"]["code"]]

    return Way(COMMANDS, ask, tuple(clients))


async def result(client: MockHAClientWebSocket) -> dict[str, Any]:
    """Wait for an answer; what a subscription sends comes in between."""
    while (answer := await client.receive_json())["type"] != "result":
        pass
    return dict(answer)


CODES = {"unauthorized": REFUSED}
REFUSALS = {
    f"This user may not control the treadmill {BELT}": REFUSED,
    f"This user may not see the treadmill {BELT}": REFUSED,
    "The user who asked for it does not exist any more": UNKNOWN,
}


async def by_voice(house: House, _: WebSocketGenerator | None) -> Way:
    """Ask Assist, as somebody who is known to it."""
    assert await async_setup_component(house.hass, "conversation", {})
    await house.hass.async_block_till_done()

    async def ask(who: str, intent: str, call: Call) -> str:
        said = await async_converse(house.hass, call.asked, None, house.context(who), language="en")
        answer = str(said.response.speech["plain"]["speech"])
        assert "Sorry" not in answer
        return REFUSALS.get(answer.removesuffix("."), DONE)

    return Way(SENTENCES, ask)


async def by_assistant(house: House, _: WebSocketGenerator | None) -> Way:
    """Ask an assistant with a language model, as somebody who is known to it."""
    assert await async_setup_component(house.hass, "llm", {})

    async def ask(who: str, tool: str, call: Call) -> str:
        asking = llm.LLMContext(
            platform="test",
            context=house.context(who),
            language="en",
            assistant="conversation",
            device_id=None,
        )
        api = await llm.async_get_api(house.hass, llm.LLM_API_ASSIST, asking)
        asked = {"treadmill": BELT, **call.asked}
        answer: Any = await api.async_call_tool(llm.ToolInput(f"descent__{tool}", asked))
        return REFUSALS[answer.data["error_text"]] if answer.error else DONE

    return Way(ASSISTANT, ask)


WAYS = {"action": by_action, "command": by_command, "voice": by_voice, "assistant": by_assistant}


@pytest.fixture(name="way", params=WAYS)
async def way_fixture(
    request: pytest.FixtureRequest, house: House, hass_ws_client: WebSocketGenerator
) -> Way:
    return await WAYS[request.param](house, hass_ws_client)


type Tried = Callable[[int], None]


@pytest.fixture(name="tried")
def tried_fixture(
    request: pytest.FixtureRequest, record_testsuite_property: Callable[[str, object], None]
) -> Tried:
    """Write into the report how many calls a test has made (``--junitxml``)."""
    return lambda calls: record_testsuite_property(f"calls of {request.node.name}", calls)


# ---- what is refused


async def expect_refusals(house: House, way: Way, refused: Mapping[tuple[str, str], str]) -> None:
    """Ask for all of it, and see that neither an engine nor a machine heard of it."""
    house.wishes.clear()
    house.orders.clear()
    outcomes = {
        (name, person): await way.ask(person, name, way.calls[name]) for name, person in refused
    }
    assert outcomes == refused
    assert (house.wishes, house.orders) == ([], [])


async def test_what_is_refused_has_no_effect_in_any_state(
    house: House, way: Way, tried: Tried
) -> None:
    refused = {
        (name, person): EXPECTED[call.kind][person]
        for name, call in way.calls.items()
        for person in way.who
        if EXPECTED[call.kind][person] != DONE
    }
    await expect_refusals(house, way, refused)
    await house.settle()
    await expect_refusals(house, way, refused)
    await flow_entries.act(house.hass, "pause", treadmill=BELT)
    await house.be("paused")
    await expect_refusals(house, way, refused)
    tried(3 * len(refused))


async def test_home_assistant_refuses_at_every_entity(house: House, tried: Tried) -> None:
    entities = [
        entity
        for entity in er.async_get(house.hass).entities.values()
        if entity.domain in SERVICES and entity.config_entry_id != house.other.entry_id
    ]
    outcomes = {
        (entity.entity_id, who): await outcome(
            house.hass.services.async_call(
                entity.domain,
                SERVICES[entity.domain][0],
                {"entity_id": entity.entity_id, **SERVICES[entity.domain][1]},
                blocking=True,
                context=house.context(who),
            )
        )
        for entity in entities
        for who in ("read_only", "other_only", "unknown")
    }
    assert outcomes == {
        (entity.entity_id, who): EXPECTED["moves"][who]
        for entity in entities
        for who in ("read_only", "other_only", "unknown")
    }
    assert (house.wishes, house.orders) == ([], [])
    tried(len(outcomes))


# ---- what is done


async def expect_done(house: House, way: Way, calls: Mapping[str, Call], who: str) -> int:
    """Have somebody ask for one thing after the other; each is done.

    Returns how many calls that were.
    """
    for name, call in calls.items():
        await house.be(call.given)
        house.wishes.clear()
        assert (name, await way.ask(who, name, call)) == (name, EXPECTED[call.kind][who])
        assert (name, house.wishes) == (name, [call.wish] if call.wish else [])
        if call.wish in STARTS:
            house.this.runtime_data.treadmill.press_start()
    return len(calls)


async def test_who_may_control_does_everything(house: House, way: Way, tried: Tried) -> None:
    everything = way.of_kind("tells", "moves", "stops")
    able = [who for who in way.who if EXPECTED["moves"][who] == DONE]
    tried(sum([await expect_done(house, way, everything, who) for who in able]))


async def test_who_may_only_read_is_told(house: House, way: Way, tried: Tried) -> None:
    await house.settle()
    told = {name: replace(call, given="running") for name, call in way.of_kind("tells").items()}
    tried(await expect_done(house, way, told, "read_only"))


async def test_r4_whoever_may_do_nothing_stops(house: House, way: Way, tried: Tried) -> None:
    helpless = [who for who in way.who if EXPECTED["moves"][who] != DONE]
    for who in helpless:
        await house.be("idle")
        await house.settle()
        await expect_done(house, way, way.of_kind("stops"), who)
    tried(len(helpless))


async def test_who_manages_sessions_and_blueprints(
    house: House, monkeypatch: pytest.MonkeyPatch, tried: Tried
) -> None:
    async def imported(_: HomeAssistant) -> Report:
        return Report({})

    monkeypatch.setattr("custom_components.descent.actions.async_import", imported)
    way = Way(MANAGING, (await by_action(house, None)).ask)
    tried(sum([await expect_done(house, way, MANAGING, who) for who in ("admin", "nobody")]))


async def test_a_belt_is_started_for_those_only_who_may_control_it(house: House) -> None:
    way = await by_action(house, None)
    start = ACTIONS["start_session"]
    assert await way.ask("read_only", "start_session", start) == REFUSED
    assert await way.ask("user", "start_session", start) == DONE
    await house.be("running")
    assert house.wishes == ["arm"]
    assert house.orders.count("start_belt") == 1


# ---- nothing is left out


async def test_every_way_to_ask_has_a_row(house: House) -> None:
    hass = house.hass
    assert set(hass.services.async_services_for_domain(DOMAIN)) == {*ACTIONS, *MANAGING}
    commands = {name for name in hass.data["websocket_api"] if name.startswith(f"{DOMAIN}/")}
    acts = {f"descent/act {action}" for action in websocket.ACTIONS}
    assert commands - {"descent/act"} | acts == set(COMMANDS)
    assert set(assist.INTENTS) == set(SENTENCES)
    assert {tool.action for tool in TOOLS} == set(ASSISTANT)
    assert {entity.domain for entity in er.async_get(hass).entities.values()} == {
        *SERVICES,
        *TELLING,
    }
