"""Every text that the code names exists, fits its placeholders, and none is left over.

What the code names is read from its source where it is written as a literal (errors), and taken
from the code itself where it is data (descriptions, forms, cues).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from itertools import product, zip_longest
import json
from string import Formatter
from typing import Any

from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.selector import validate_selector
from homeassistant.util.unit_system import METRIC_SYSTEM
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.descent import (
    binary_sensor,
    button,
    event,
    image,
    issues,
    number,
    select,
    sensor,
    switch,
)
from custom_components.descent.flows import (
    announcements_form,
    control_form,
    forms,
    found,
    runner,
    treadmill_form,
    treadmills,
)
from custom_components.descent.training import cues
from custom_components.descent.training.events import Aim, Cue, CueKind, Reason, State
from custom_components.descent.training.model import (
    DeclineCheck,
    Level,
    Machine,
    Phase,
    Range,
    Runner,
)
from custom_components.descent.training.planner import plan
from custom_components.descent.training.script import builtin
from custom_components.descent.training.voice_timing import Verbosity
from custom_components.descent.treadmills import (
    KINDS,
    Bluetooth,
    Choice,
    Failure,
    Found,
    Kind,
    Network,
    Part,
)
from custom_components.descent.treadmills.base import Contact
from custom_components.descent.treadmills.faults import SimulatedFault
from tests import imports

TEXTS: dict[str, Any] = json.loads(
    (imports.DESCENT / "translations" / "en.json").read_text(encoding="utf-8")
)
FOUND: dict[str, str] = TEXTS["selector"]["found"]["options"]
ICONS: dict[str, Any] = json.loads((imports.DESCENT / "icons.json").read_text(encoding="utf-8"))
ACTIONS: dict[str, Any] = load_yaml_dict(str(imports.DESCENT / "services.yaml"))
ENTITIES: dict[str, tuple[EntityDescription, ...]] = {
    "sensor": (
        *sensor.MEASUREMENTS,
        *sensor.EXTRAS,
        sensor.CONTACT,
        *sensor.SESSION_SENSORS,
        sensor.DECLINE_CHECK,
    ),
    "binary_sensor": (
        binary_sensor.CONNECTED,
        binary_sensor.BELT_MOVING,
        binary_sensor.SAFETY_KEY,
    ),
    "number": number.TARGETS,
    "select": (select.SESSION, select.RUNNER, select.FAULT, select.LEVEL),
    "button": (*button.BUTTONS, *button.CONSOLE),
    "switch": (switch.KEEP_CONNECTED, switch.SAFETY_KEY),
    "event": (event.CUE,),
    "image": (image.PROFILE,),
}
# Functions and classes whose first argument is the key of an error.
ERRORS = {"Refused", "PlanError", "Lock", "invalid", "_refusal", "_worded"}
# Added to what a refusal says by whoever knows it (session_library.py, errors.py).
ADDED = {"alternatives", "unit"}
# Made of a cue's seconds when it is rendered (wording.py).
LENGTH = {"length"}
# Why a machine could not be looked at.
LOOKS = {
    *treadmills.REASONS,
    "not_found_network",
    "no_answer",
    "unknown",
    "nothing_heard",
    "no_adapter",
}
# A machine for every session, and the runner that none is locked for.
MACHINE = Machine(
    speed=Range(minimum=0.8, maximum=22, step=0.1), incline=Range(minimum=-12, maximum=15, step=0.5)
)
RUNNER = Runner(name="Ada", level=Level.ADVANCED, hill_experience=True, five_k_s=1500)


AXES = ("incline", "speed")  # of what a treadmill has a range


def placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}


def calls() -> Iterator[ast.Call]:
    for path in imports.sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def named(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else ""


def literal(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def raised() -> set[str]:
    """Return the keys of all errors that the source names."""
    first = {literal(call.args[0]) for call in calls() if named(call) in ERRORS and call.args}
    keyword = {
        literal(argument.value)
        for call in calls()
        for argument in call.keywords
        if argument.arg == "translation_key" and named(call).endswith(("Error", "NotReady"))
    }
    return {key for key in first | keyword if key is not None}


def test_every_error_has_a_message_and_no_message_is_left_over() -> None:
    issue_keys = {issues.NO_RUNNER, issues.CORRUPT_STORAGE, issues.SESSION_FILE}
    assert raised() - issue_keys == set(TEXTS["exceptions"])


@pytest.mark.parametrize("name", ["Refused", "PlanError", "invalid"])
def test_a_message_asks_for_nothing_that_its_error_does_not_know(name: str) -> None:
    unknown = {
        key: placeholders(TEXTS["exceptions"][key]["message"])
        - {argument.arg for argument in call.keywords}
        - ADDED
        for call in calls()
        if named(call) == name and call.args and (key := literal(call.args[0])) is not None
    }
    assert {key: names for key, names in unknown.items() if names} == {}


def test_every_cue_has_a_text_and_no_text_is_left_over() -> None:
    assert set(TEXTS["selector"]["cue"]["options"]) == cues.KEYS


def announced() -> Iterator[Cue]:
    """Yield the cues of all sessions that belong to a place in them."""
    for script in builtin().values():
        session = plan(script, RUNNER, MACHINE)
        for step, following in zip_longest(session.steps, session.steps[1:]):
            yield from (moment.cue for moment in cues.schedule(step, following))
            yield cues.announce("resumed", CueKind.RESUMED, step)
            yield cues.preview(step, 20, deck=True)
            yield cues.preview(step, 20, deck=False)
            yield cues.guide(Aim(5, 1), step)
            yield cues.guide(Aim(None, 1), step)
            yield cues.guide(Aim(5), step)
        begun = (step for step in session.steps if step.phase is not Phase.DESCENT)
        yield from (cues.begins(step) for step in begun)
        yield from cues.clamp(replace(session, fidelity_grade=0.5), -3)


def written() -> Iterator[tuple[str, set[str]]]:
    """Yield the keys of the cues that the source writes out, with the names of their values."""
    for call in calls():
        arguments = {argument.arg: argument.value for argument in call.keywords}
        key, values = literal(arguments.get("key")), arguments.get("values")
        if named(call) == "Cue" and key is not None and not isinstance(values, ast.Name):
            names = values.keys if isinstance(values, ast.Dict) else []
            yield key, {name for node in names if (name := literal(node)) is not None}


def test_the_text_of_a_cue_asks_for_nothing_that_the_cue_does_not_know() -> None:
    known = [(cue.key, set(cue.values)) for cue in announced()]
    texts = TEXTS["selector"]["cue"]["options"]
    assert {
        key: missing
        for key, values in (*known, *written())
        if (
            missing := placeholders(texts[key]) - values - {"length" if "seconds" in values else ""}
        )
    } == {}


@pytest.mark.parametrize("platform", ENTITIES)
def test_every_entity_has_a_name_and_an_icon_and_none_is_left_over(platform: str) -> None:
    keys = {description.key for description in ENTITIES[platform]}
    texts = TEXTS["entity"][platform]
    assert set(texts) == set(ICONS["entity"][platform]) == keys
    assert all(texts[key]["name"] for key in keys)
    assert all(ICONS["entity"][platform][key]["default"] for key in keys)


def test_no_platform_has_texts_or_icons_without_entities() -> None:
    assert set(TEXTS["entity"]) == set(ICONS["entity"]) == set(ENTITIES)


@pytest.mark.parametrize(
    ("place", "values"),
    [
        (("sensor", "session_state", "state"), set(State)),
        (("sensor", "session_state", "state_attributes", "reason", "state"), set(Reason)),
        (("sensor", "phase", "state"), set(Phase)),
        (("sensor", "next_step", "state"), set(Phase)),
        (("select", "session", "state"), set(builtin())),
        (("sensor", "decline_check", "state"), set(DeclineCheck)),
        (("sensor", "contact", "state"), set(Contact)),
        (("select", "level", "state"), set(Level)),
        (("select", "runner", "state"), {"none"}),
        (("select", "simulated_fault", "state"), {"none", *SimulatedFault}),
        (("event", "cue", "state_attributes", "event_type", "state"), set(CueKind)),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_every_state_has_a_text(place: tuple[str, ...], values: set[str]) -> None:
    texts = TEXTS["entity"]
    for key in place:
        texts = texts[key]
    assert set(texts) == {str(value) for value in values}


@pytest.mark.parametrize("key", ["session_state", "phase", "contact"])
def test_every_state_of_a_sensor_has_an_icon(key: str) -> None:
    assert set(ICONS["entity"]["sensor"][key]["state"]) == set(
        TEXTS["entity"]["sensor"][key]["state"]
    )


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_and_field_is_described(action: str) -> None:
    texts = TEXTS["services"][action]
    fields = (ACTIONS[action] or {}).get("fields", {})
    assert texts["name"]
    assert texts["description"]
    assert set(texts.get("fields", {})) == set(fields)
    assert all(field["name"] and field["description"] for field in texts.get("fields", {}).values())


@pytest.mark.parametrize("action", ACTIONS)
def test_every_field_has_a_selector_that_home_assistant_knows(action: str) -> None:
    fields = (ACTIONS[action] or {}).get("fields", {})
    assert all(validate_selector(field["selector"]) for field in fields.values())


def test_actions_texts_and_icons_are_the_same_ones() -> None:
    assert set(ACTIONS) == set(TEXTS["services"]) == set(ICONS["services"])


def test_every_kind_can_be_chosen() -> None:
    texts = TEXTS["config"]["step"]["user"]
    assert set(texts["menu_options"]) == set(texts["menu_option_descriptions"])
    assert set(texts["menu_options"]) == {*KINDS, "runner"}


def fields(schema: Any) -> tuple[set[str], set[str]]:
    """Return the fields of a form, and those of its folded section."""
    shown = {str(key): field for key, field in schema.schema.items()}
    folded = shown.pop(forms.FOLDED, None)
    return set(shown), set(map(str, folded.schema.schema)) if folded is not None else set()


def where(kind: Kind) -> Any:
    """Return the form that asks where a machine is."""
    if isinstance(kind.where, Bluetooth):
        return treadmill_form.bluetooth_schema({"address": "name"})
    return treadmill_form.network_schema()


def about(kind: Kind) -> Any:
    """Return the form about a treadmill, with all that it ever asks."""
    with_host = isinstance(kind.where, Network)
    return treadmill_form.schema(kind, METRIC_SYSTEM, known={}, with_host=with_host)


SOMEWHERE = [kind for kind in KINDS.values() if kind.where is not None]
NOWHERE = [kind for kind in KINDS.values() if kind.where is None]


@pytest.mark.parametrize(
    ("step", "schemas"),
    [
        *((kind.id, [where(kind)]) for kind in SOMEWHERE),
        *((kind.id, [about(kind)]) for kind in NOWHERE),
        ("machine", [about(kind) for kind in SOMEWHERE]),
        ("control", [control_form.schema(METRIC_SYSTEM, can_start=True)]),
        ("runner", [runner.schema(METRIC_SYSTEM)]),
    ],
)
def test_every_field_of_a_form_has_a_label(step: str, schemas: list[Any]) -> None:
    texts = TEXTS["config"]["step"][step]
    asked = set().union(*(fields(schema)[0] for schema in schemas))
    assert set(texts["data"]) == asked
    assert set(texts["data_description"]) <= asked
    labels = texts.get("sections", {}).get(forms.FOLDED, {}).get("data", {})
    assert set(labels) == set().union(*(fields(schema)[1] for schema in schemas))


def test_the_options_say_the_same_as_the_config_flow() -> None:
    assert TEXTS["options"]["step"]["control"] == TEXTS["config"]["step"]["control"]


def test_the_options_have_a_text_for_every_page_field_and_error() -> None:
    steps, errors = TEXTS["options"]["step"], TEXTS["options"]["error"]
    pages = set(steps) - {"init"}
    assert set(steps["init"]["menu_options"]) == pages
    assert pages == {"control", "announcements", "blueprints"}
    assert set(steps["init"]["menu_option_descriptions"]) == pages
    texts = steps["announcements"]
    shown, _ = fields(announcements_form.schema(METRIC_SYSTEM))
    assert set(texts["data"]) == set(texts["data_description"]) == shown
    asked = {name for text in strings(texts) for name in placeholders(text)}
    assert asked == set(forms.ranges(announcements_form.QUANTITIES, METRIC_SYSTEM))
    quantities = control_form.QUANTITIES | announcements_form.QUANTITIES
    ranges = {f"{key}_out_of_range" for key in quantities}
    assert set(errors) == ranges | {"tts_missing", "blueprints_unreachable"}


def test_every_choice_has_a_label() -> None:
    choices = TEXTS["selector"]
    assert set(choices["verbosity"]["options"]) == set(Verbosity)
    assert set(choices["level"]["options"]) == {level.value for level in Level}
    asked = [question for kind in KINDS.values() for question in kind.questions]
    for question in (question for question in asked if isinstance(question, Choice)):
        assert set(choices[question.key]["options"]) == set(question.options)


def test_every_wrong_answer_has_a_text() -> None:
    quantities = {*control_form.QUANTITIES, *runner.QUANTITIES}.union(
        *(treadmill_form.quantities(kind) for kind in KINDS.values())
    )
    names = {"name_empty", "name_too_long", "name_unprintable", "name_taken"}
    others = {"five_k_out_of_range", "port_out_of_range", "host_invalid", "calibration_impossible"}
    ranges = {f"{axis}_{wrong}" for axis in AXES for wrong in ("range_empty", "not_offered")}
    expected = {f"{key}_out_of_range" for key in quantities} | names | others | ranges | LOOKS
    assert set(TEXTS["config"]["error"]) == expected


def test_every_end_of_the_flow_has_a_text() -> None:
    aborted = {
        literal(argument.value)
        for call in calls()
        for argument in call.keywords
        if argument.arg == "reason" and isinstance(call.func, ast.Attribute)
    }
    ends = set(TEXTS["config"]["abort"]) | set(TEXTS["options"]["abort"])
    assert ends == (aborted - {None}) | {"already_configured"}


def test_everything_that_can_be_found_has_a_text_that_fits() -> None:
    texts = {key: f"{key} {text}" for key, text in FOUND.items()}
    ranges = [Range(minimum=low, maximum=15, step=0.5) for low in (-6, 0)]
    said = "".join(
        found.found_text(
            texts,
            METRIC_SYSTEM,
            Found(
                manufacturer="A",
                speed=span,
                incline=span,
                odd_incline=odd,
                controllable=controllable,
                incline_only=True,
                measured_speed=3.0,
                counts_miles=miles,
            ),
        )
        for span, odd, controllable, miles in product(
            (None, *ranges), (None, ranges[1]), (False, True), (None, True)
        )
    )
    failing = dict.fromkeys(Part, Failure.REFUSED)
    said += found.found_text(texts, METRIC_SYSTEM, Found(controllable=False, failing=failing))
    known = found.known_text(texts, doubted=True, failing=failing)
    assert {key for key in FOUND if f"{key} " in said + known} == set(FOUND)
    assert "{" not in said + known


@pytest.mark.parametrize(
    ("step", "quantities"),
    [
        *((kind.id, treadmill_form.quantities(kind)) for kind in NOWHERE),
        *(("machine", treadmill_form.quantities(kind)) for kind in SOMEWHERE),
        ("control", control_form.QUANTITIES),
        ("runner", runner.QUANTITIES),
    ],
)
def test_a_form_gets_every_placeholder_that_its_texts_have(
    step: str, quantities: dict[str, forms.QuantityField]
) -> None:
    known = set(forms.ranges(quantities, METRIC_SYSTEM)) | {"found"}
    known |= {f"{axis}_offered" for axis in AXES if f"max_{axis}" in quantities}
    errors = {
        text
        for key, text in TEXTS["config"]["error"].items()
        if key.removesuffix("_out_of_range") in quantities
        or f"max_{key.removesuffix('_not_offered')}" in quantities
    }
    asked = {name for text in strings(TEXTS["config"]["step"][step]) for name in placeholders(text)}
    assert asked | {name for text in errors for name in placeholders(text)} <= known


def strings(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        for value in tree.values():
            yield from strings(value)
    else:
        yield str(tree)


def test_every_repair_issue_has_a_text() -> None:
    assert set(TEXTS["issues"]) == {
        *(
            issues.NO_RUNNER,
            issues.CORRUPT_STORAGE,
            issues.NEWER_STORAGE,
            issues.NEWER_ENTRY,
            issues.SESSION_FILE,
            issues.DECLINE_WRONG_WAY,
            issues.SPEED_UNIT,
            issues.NO_COMMANDS,
        ),
        *issues.CONTACT_ISSUES,
    }


def test_the_questions_before_a_look_know_nothing_but_a_name() -> None:
    steps = TEXTS["config"]["step"]
    texts = [steps[step] for step in ("confirm", *(kind.id for kind in SOMEWHERE), "look")]
    texts += [TEXTS["config"]["progress"], {key: TEXTS["config"]["error"][key] for key in LOOKS}]
    assert {name for tree in texts for text in strings(tree) for name in placeholders(text)} == {
        "name"
    }


def test_the_title_of_a_progress_has_no_placeholder() -> None:
    # The browser shows an error in place of one: it fills in only the text below the title.
    assert "{" not in TEXTS["config"]["step"]["look"]["title"]
