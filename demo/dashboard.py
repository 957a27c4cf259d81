"""The demo's dashboard: a session with the cards that every Home Assistant has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

type Card = dict[str, Any]

_NAME = {"type": "entity"}  # of the entity alone: there is one treadmill

_HOW = """\
1. Choose a session and tap **Start**: it is armed now, and waits.
2. Tap **Console start**: you are the runner at the machine, and only you start the belt.
3. Exercises beside the belt: tap **Resume** when you are done, then **Console start** again.

**Stop** always works. Pull the safety key or press the console's buttons, and see what happens.

In a hurry? *Settings*, *Devices & services*, *Descent*, *Reconfigure* in the treadmill's menu: with
a *Time scale* of 10 (under *Advanced*), 48 minutes take five.
"""

_HOW_REAL = """\
1. Choose a session and tap **Start**: it is armed now, and waits.
2. Press Start on the treadmill: only you start the belt. Its console is in the terminal that
   `scripts/demo` runs in: type **start** there.
3. Exercises beside the belt: tap **Resume** when you are done, then press Start again.

**Stop** always works. Type **key out** to pull the safety key, and see what happens.
"""


def config(entities: Mapping[str, str]) -> dict[str, Any]:
    """Build the dashboard of one treadmill from what ``seed.async_entities`` returned."""
    # The console comes with what to do now: it is needed at once, and must not be far down.
    sections = [
        [_heading("Session"), *_session(entities)],
        [
            _heading("Now"),
            *_now(entities),
            *_console(entities),
        ],
        [_heading("Belt and deck"), *_machine(entities)],
    ]
    return {
        "views": [
            {
                "title": "Descent",
                "path": "session",
                "type": "sections",
                "max_columns": 3,
                "sections": [{"type": "grid", "cards": cards} for cards in sections],
            }
        ]
    }


def _heading(text: str) -> Card:
    return {"type": "heading", "heading": text}


def _session(entities: Mapping[str, str]) -> list[Card]:
    return [
        _tile(entities["select.session"], features=[{"type": "select-options"}], columns="full"),
        _tile(entities["select.runner"], features=[{"type": "select-options"}], columns="full"),
        *(
            _button(entities[key], icon, columns=columns)
            for key, icon, columns in (
                ("button.start", "mdi:play", 6),
                ("button.stop", "mdi:stop-circle", 6),
                ("button.pause", "mdi:pause", 4),
                ("button.resume", "mdi:play-pause", 4),
                ("button.skip", "mdi:skip-next", 4),
            )
        ),
        {
            "type": "markdown",
            "content": _HOW if _has_console(entities) else _HOW_REAL,
            "grid_options": {"columns": "full"},
        },
    ]


def _now(entities: Mapping[str, str]) -> list[Card]:
    cue = entities["event.cue"]
    return [
        {
            "type": "markdown",
            "content": f"## {{{{ state_attr('{cue}', 'text') or 'Nothing has been said yet.' }}}}",
            "grid_options": {"columns": "full"},
        },
        _tile(entities["sensor.session_state"]),
        _tile(entities["sensor.phase"]),
        _tile(entities["sensor.step"], columns="full"),
        _tile(entities["sensor.next_step"], columns="full"),
        {
            "type": "entities",
            "entities": [
                {"entity": entities["sensor.progress"], "name": _NAME},
                {"entity": entities["sensor.rep"], "name": _NAME},
                {"entity": entities["sensor.step_ends"], "name": _NAME, "format": "relative"},
                {"entity": entities["sensor.session_ends"], "name": _NAME, "format": "relative"},
                {"entity": entities["sensor.distance"], "name": _NAME},
                {"entity": entities["sensor.descent"], "name": _NAME},
            ],
            "grid_options": {"columns": "full"},
        },
    ]


def _machine(entities: Mapping[str, str]) -> list[Card]:
    return [
        {
            "type": "gauge",
            "entity": entities["sensor.speed"],
            "name": "Speed, measured",
            "min": 0,
            "max": 20,
            "needle": True,
            "grid_options": {"columns": 6},
        },
        {
            "type": "gauge",
            "entity": entities["sensor.incline"],
            "name": "Incline, measured",
            "min": -10,
            "max": 15,
            "needle": True,
            "grid_options": {"columns": 6},
        },
        *(
            _tile(
                entities[key],
                features=[{"type": "numeric-input", "style": "slider"}],
                columns="full",
            )
            for key in ("number.target_speed", "number.target_incline")
        ),
        {
            "type": "history-graph",
            "hours_to_show": 1,
            "entities": [
                {"entity": entities["sensor.speed"], "name": "Speed"},
                {"entity": entities["number.target_speed"], "name": "Target"},
            ],
            "grid_options": {"columns": "full"},
        },
        {
            "type": "history-graph",
            "hours_to_show": 1,
            "entities": [
                {"entity": entities["sensor.incline"], "name": "Incline"},
                {"entity": entities["number.target_incline"], "name": "Target"},
            ],
            "grid_options": {"columns": "full"},
        },
    ]


def _console(entities: Mapping[str, str]) -> list[Card]:
    state = [
        _tile(entities["binary_sensor.belt_moving"]),
        _tile(entities["binary_sensor.connected"]),
    ]
    if not _has_console(entities):
        return state
    return [
        _heading("The treadmill's own console"),
        *(
            _button(entities[key], icon, columns=columns)
            for key, icon, columns in (
                ("button.console_start", "mdi:play-box", 6),
                ("button.console_stop", "mdi:stop", 6),
                ("button.console_faster", "mdi:speedometer", 3),
                ("button.console_slower", "mdi:speedometer-slow", 3),
                ("button.console_incline_up", "mdi:arrow-up-bold", 3),
                ("button.console_incline_down", "mdi:arrow-down-bold", 3),
            )
        ),
        _tile(entities["switch.safety_key"], features=[{"type": "toggle"}], columns="full"),
        *state,
    ]


def _has_console(entities: Mapping[str, str]) -> bool:
    """Whether the console is in Home Assistant, as a virtual treadmill's is."""
    return "button.console_start" in entities


def _tile(
    entity: str, *, features: list[dict[str, str]] | None = None, columns: int | str = 6
) -> Card:
    card: Card = {
        "type": "tile",
        "entity": entity,
        "name": _NAME,
        "grid_options": {"columns": columns},
    }
    if features:
        card["features"] = features
    return card


def _button(entity: str, icon: str, *, columns: int) -> Card:
    press = {
        "action": "perform-action",
        "perform_action": "button.press",
        "target": {"entity_id": entity},
    }
    return {
        "type": "button",
        "entity": entity,
        "name": _NAME,
        "icon": icon,
        "tap_action": press,
        "show_name": True,
        "grid_options": {"columns": columns, "rows": 2},
    }
