"""Sessions in a real Home Assistant in which every blueprint is in use, and what they caused."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
import shutil
from typing import Any

from demo.client import Client, Json, connect
from demo.instance import Instance, free_port
from demo.seed import Machine, async_add_runner, async_add_treadmill, async_entities
from tests.system.stand_in_devices.const import DOMAIN as STAND_INS, HEARD, READ, VOLUME
from tests.system.watch import Watch, watching

ROOT = Path(__file__).parents[2]
DEVICES = Path(__file__).parent / STAND_INS
OWNER = "descent-ha"  # where Home Assistant's importer puts blueprints
SCALE = 10.0  # a blink takes half a second, whatever the treadmill's clock says
SESSION = """\
name: Brief
level: any
steps:
  - warm_up: {for: 30 s, pace: 5 km/h}
  - repeat: 2
    steps:
      - descent: {for: 30 s, decline: 4 %, pace: 10 km/h}
      - recovery: {for: 40 s, pace: 4 km/h}
  - cool_down: {for: 20 s, pace: 4 km/h}
  - stretch: {for: 15 s, items: [quads]}
"""
ARMED_SAMPLES = 30  # seconds of the treadmill's time that an armed belt is watched to stand

HALL, STEREO = "media_player.hall", "media_player.stereo"
BUILT_IN = "media_player.treadmill_speaker"
VOICE, PHONE = "tts.voice", "notify.phone"
ROOM_FAN, CEILING_FAN = "fan.room_fan", "fan.ceiling_fan"
WALL_LIGHT, CEILING_LIGHT = "light.wall_light", "light.ceiling_light"
HEATING = "climate.heating"
DOOR = "input_boolean.door"
TAG = "tag-of-alex"
SENTENCE = "take me downhill"
GENTLE: Json = {"session": "gentle_descents", "overrides": {"reps": 4}}
SPRINTS: Json = {"reps": 4, "distance": 130, "decline": 5, "effort": 70, "recovery": 130}
SPOKEN = ["arm", "start", "preview", "go", "recovery", "end"]


@dataclass(kw_only=True)
class BlueprintSession:
    """What was seen, and where in it things happened."""

    watch: Watch
    entities: dict[str, str]  # of the treadmill, by platform and key
    marks: dict[str, int] = field(default_factory=dict)
    answers: list[Json] = field(default_factory=list)  # of Assist
    plans: dict[str, Json] = field(default_factory=dict)  # by the script that armed them
    complaints: list[str] = field(default_factory=list)
    log: str = ""

    def mark(self, name: str) -> int:
        """Give where we are a name."""
        self.marks[name] = self.watch.mark()
        return self.marks[name]

    def changes(self, key: str, since: str, to: str | None = None) -> Any:
        """Return what an entity became between two marks; ``key`` is an id, or a key of ours."""
        entity_id = self.entities.get(key, key)
        return self.watch.changes(entity_id, self.marks[since], self.marks[to] if to else None)

    def heard(self, entity_id: str, since: str, to: str | None = None) -> list[Json]:
        """Return what came out of a loudspeaker between two marks."""
        heard = self.watch.fired(HEARD, self.marks[since], self.marks[to] if to else None)
        return [data for data in heard if data["entity_id"] == entity_id]

    def read(self, since: str, to: str | None = None) -> list[str]:
        """Return what the phone showed between two marks."""
        read = self.watch.fired(READ, self.marks[since], self.marks[to] if to else None)
        return [data["message"] for data in read]


def prepare_folder(folder: Path) -> Instance:
    """Make a configuration with simulated devices, our blueprints and a short session."""
    components = folder / "custom_components"
    components.mkdir(parents=True)
    (components / "descent").symlink_to(ROOT / "custom_components" / "descent")
    # A package: the folder that the process is started in may have one, which would come first.
    (components / "__init__.py").touch()
    shutil.copytree(DEVICES, components / STAND_INS)
    instance = Instance(folder, free_port())
    instance.prepare()
    with (folder / "configuration.yaml").open("a", encoding="utf-8") as configuration:
        configuration.write((DEVICES / "configuration.yaml").read_text("utf-8"))
    (folder / "automations.yaml").write_text("[]\n")
    (folder / "scripts.yaml").write_text("{}\n")
    sessions = folder / "descent" / "sessions"
    sessions.mkdir(parents=True)
    (sessions / "brief.yaml").write_text(SESSION)
    for path in ROOT.glob("blueprints/*/descent/*.yaml"):
        shelf = folder / "blueprints" / path.parent.parent.name / OWNER
        shelf.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, shelf)
    return instance


def automations(runner: str) -> dict[str, Json]:
    """Return the inputs of every blueprint of an automation."""
    return {
        "fan_by_phase": {"fans": [ROOM_FAN], "run_on": 0},
        "lights_by_phase": {"lights": [WALL_LIGHT]},
        "announcements": {
            "player": HALL,
            "voice": VOICE,
            "notify": [PHONE],
            "spoken": SPOKEN,
            "volume": 60,
        },
        "music_by_phase": {
            "player": STEREO,
            "playlist": {"media_content_id": "easy", "media_content_type": "playlist"},
            "playlist_descent": {"media_content_id": "fast", "media_content_type": "playlist"},
            "playlist_recovery": {"media_content_id": "slow", "media_content_type": "playlist"},
        },
        "room_ready": {
            "climates": [HEATING],
            "fans": [CEILING_FAN],
            "lights": [CEILING_LIGHT],
        },
        "safety_stop": {
            "danger": [{"trigger": "state", "entity_id": [DOOR], "to": "on"}],
            "notify": [PHONE],
        },
        "start_by_tag_or_button": {
            "signal": [{"trigger": "tag", "tag_id": TAG}],
            "session": "brief",
            "runner": runner,
        },
        "voice_sentence": {"sentences": [SENTENCE], "session": "Brief"},
    }


async def async_use_blueprints(client: Client, treadmill: str, runner: str) -> None:
    """Make an automation or a script of every blueprint, as the editor does."""
    for name, inputs in automations(runner).items():
        use = {"path": f"{OWNER}/{name}.yaml", "input": {"treadmill": treadmill} | inputs}
        await client.async_post(
            f"/api/config/automation/config/{name}", {"alias": name, "use_blueprint": use}
        )
    after = [{"event": "after_it", "event_data": {"reason": "{{ reason }}"}}]
    inputs = {"treadmill": treadmill, "before": [{"event": "before_it"}], "after": after}
    for name in ("descending_sprints", "any_session"):
        use = {"path": f"{OWNER}/{name}.yaml", "input": inputs}
        await client.async_post(
            f"/api/config/script/config/{name}", {"alias": name, "use_blueprint": use}
        )


async def async_let_it_speak(client: Client, treadmill: str) -> None:
    """Choose a speaker on the page "announcements" of the treadmill's options."""
    flows = "/api/config/config_entries/options/flow"
    flow = await client.async_post(flows, {"handler": treadmill})
    await client.async_post(f"{flows}/{flow['flow_id']}", {"next_step_id": "announcements"})
    answers = {"entity": BUILT_IN, "tts": VOICE, "verbosity": "short", "latency_s": 0.1}
    done = await client.async_post(f"{flows}/{flow['flow_id']}", answers)
    assert done["type"] == "create_entry", done


async def async_device(client: Client, entry_id: str) -> str:
    """Return the device of a config entry."""
    devices = await client.async_call("config/device_registry/list")
    return next(str(device["id"]) for device in devices if entry_id in device["config_entries"])


async def async_add_all(client: Client, instance: Instance) -> tuple[str, str]:
    """Set everything up, as a user does; return the treadmill's entry and the runner's device."""
    # Loudspeakers reach this Home Assistant on the loopback interface only.
    await client.async_call("config/core/update", internal_url=instance.url)
    await client.async_flow(STAND_INS)
    runner = await async_add_runner(client)
    treadmill = await async_add_treadmill(client, Machine(time_scale=SCALE))
    await async_let_it_speak(client, treadmill)
    runner_device = await async_device(client, runner)
    await async_use_blueprints(client, await async_device(client, treadmill), runner_device)
    return treadmill, runner_device


async def async_press_start(client: Client, session: BlueprintSession, since: int) -> None:
    """Press Start at the console of an armed treadmill, and wait for the belt."""
    state = session.entities["sensor.session_state"]
    await session.watch.until_state(state, "armed", since)
    await client.async_press(session.entities["button.console_start"])
    await session.watch.until_state(state, "running", since)


async def async_whole_session(client: Client, session: BlueprintSession, treadmill: str) -> None:
    """Hold a tag to the reader, see that the belt stands, and run a session to its end."""
    watch, state = session.watch, session.entities["sensor.session_state"]
    since = session.mark("tag")
    await client.async_post("/api/events/tag_scanned", {"tag_id": TAG})
    await watch.until_state(state, "armed", since)
    live = await client.async_subscribe("descent/live", entry_id=treadmill)
    samples = 0
    while samples < ARMED_SAMPLES:
        samples += (await anext(live))["type"] == "sample"
    session.mark("start")
    await async_press_start(client, session, since)
    await watch.until_state(state, "finished", since)
    await watch.until_state(ROOM_FAN, "off", since)
    await watch.until("the stereo is quiet", lambda: watch.now(STEREO).state == "paused")
    await watch.until("the volume is restored", lambda: is_quiet(watch))
    await watch.until("no scene is left", lambda: scenes(watch) == set())


async def async_stopped_session(client: Client, session: BlueprintSession) -> None:
    """Arm a session by a sentence, run, and let somebody open the door."""
    watch, state = session.watch, session.entities["sensor.session_state"]
    since = session.mark("sentence")
    said = {"text": SENTENCE, "language": "en"}
    session.answers.append(await client.async_post("/api/conversation/process", said))
    await async_press_start(client, session, since)
    await watch.until_state(session.entities["sensor.phase"], "descent", since)
    session.mark("door")
    await client.async_action("input_boolean", "turn_on", {}, entity_id=DOOR)
    await watch.until_state(state, "finished", since)
    await watch.until_state(session.entities["sensor.speed"], "0.0", since)
    await watch.until("no scene is left", lambda: scenes(watch) == set())


async def async_scripted(
    client: Client, session: BlueprintSession, treadmill: str, script: str, fields: Json
) -> None:
    """Arm a session by a script, and stop it again."""
    watch, state = session.watch, session.entities["sensor.session_state"]
    since = session.mark(script)
    await client.async_action(
        "script", "turn_on", {"variables": fields}, entity_id=f"script.{script}"
    )
    await watch.until_state(state, "armed", since)
    live = await client.async_subscribe("descent/live", entry_id=treadmill)
    session.plans[script] = (await anext(live))["plan"]
    await client.async_press(session.entities["button.stop"])
    await watch.until("what comes after it", lambda: watch.fired("after_it", since))


def is_quiet(watch: Watch) -> bool:
    """Whether the loudspeaker in the hall is as loud as it was in the beginning."""
    return bool(watch.now(HALL).attributes["volume_level"] == VOLUME)


def users() -> list[str]:
    """Return the entities of what was made of the blueprints."""
    files = ROOT.glob("blueprints/*/descent/*.yaml")
    return [f"{file.parent.parent.name}.{file.stem}" for file in files]


def running(watch: Watch) -> int:
    """Return how many runs of automations and scripts are not over."""
    return sum(watch.now(user).attributes["current"] for user in users())


def scenes(watch: Watch) -> set[str]:
    """Return the scenes that are there: only blueprints make any."""
    there: set[str] = set()
    for data in watch.fired("state_changed"):
        if data["entity_id"].startswith("scene."):
            (there.add if data["new_state"] else there.discard)(data["entity_id"])
    return there


async def async_blueprint_session(folder: Path) -> BlueprintSession:
    """Run all sessions, one after the other, and return what was seen."""
    instance = prepare_folder(folder)
    instance.start()
    try:
        async with connect(instance) as client:
            treadmill, runner = await async_add_all(client, instance)
            entities = await async_entities(client, treadmill)
            async with watching(client) as watch:
                session = BlueprintSession(watch=watch, entities=entities)
                # The editor is answered before what it saved is in use.
                await watch.until("blueprints in use", lambda: all(map(watch.changes, users())))
                await async_whole_session(client, session, treadmill)
                await async_stopped_session(client, session)
                who = {"runner": runner}
                for script, fields in (("descending_sprints", SPRINTS), ("any_session", GENTLE)):
                    await async_scripted(client, session, treadmill, script, fields | who)
                session.mark("end")
                await watch.until("nothing is left to do", lambda: running(watch) == 0)
    finally:
        await instance.async_stop()
    session.complaints = instance.complaints()
    session.log = instance.log.read_text("utf-8")
    return session
