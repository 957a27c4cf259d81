"""Names that Home Assistant does not promise: one that has moved costs its feature, and never Stop.

Private is whatever is inside another integration, and of its package whatever is not documented.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
import importlib
from pathlib import Path
import sys

from homeassistant.components.conversation import async_converse
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

import custom_components
from tests import imports
from tests.mock_entries import treadmill_entry

COMPONENTS = "homeassistant.components."
PACKAGE = "custom_components.descent"
# What the developers' documentation tells integrations to use, or core's platinum integrations do
# from outside. Bluetooth lists in __all__ what is for others.
DOCUMENTED = {
    "binary_sensor": {
        *("BinarySensorDeviceClass", "BinarySensorEntity", "BinarySensorEntityDescription"),
    },
    "bluetooth": {"BluetoothServiceInfoBleak"},
    "button": {"ButtonEntity", "ButtonEntityDescription"},
    "conversation": {"DOMAIN", "ConversationInput"},
    "diagnostics": {"REDACTED", "async_redact_data"},
    "event": {"EventEntity", "EventEntityDescription"},
    "http": {"StaticPathConfig"},
    "image": {"ImageEntity", "ImageEntityDescription"},
    "llm": {"LLMTools"},
    "logbook": {"LOGBOOK_ENTRY_ENTITY_ID", "LOGBOOK_ENTRY_MESSAGE", "LOGBOOK_ENTRY_NAME"},
    "number": {"NumberDeviceClass", "NumberEntity", "NumberEntityDescription", "NumberMode"},
    "repairs": {"ConfirmRepairFlow", "RepairsFlow", "RepairsFlowResult"},
    "select": {"SelectEntity", "SelectEntityDescription"},
    "sensor": {
        *("SensorDeviceClass", "SensorEntity", "SensorEntityDescription", "SensorStateClass"),
    },
    "switch": {"SwitchEntity", "SwitchEntityDescription"},
}


def private_names(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield what is imported of other integrations and is not documented: module and name."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or node.level or not node.module:
            continue
        integration = (node.module + ".").removeprefix(COMPONENTS).removesuffix(".")
        for alias in node.names:
            if node.module.startswith(COMPONENTS) and alias.name not in DOCUMENTED.get(
                integration, set()
            ):
                yield node.module, alias.name


def without_functions(tree: ast.Module) -> ast.Module:
    """Keep what runs when a module is loaded."""
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef):
            node.body = [each for each in node.body if not isinstance(each, functions)]
    return tree


def parsed(path: Path) -> ast.Module:
    return imports.without_types(ast.parse(path.read_text(encoding="utf-8")))


PRIVATE = sorted({name for path in imports.sources() for name in private_names(parsed(path))})
# Loaded by a function that expects it to fail.
GUARDED = {"dashboard.websocket"}
OF_ASSIST = {
    *("conversation", "conversation.chat_log", "conversation.const"),
    "homeassistant.exposed_entities",
}


def test_private_names_are_looked_for() -> None:
    assert ("homeassistant.components.lovelace.const", "LOVELACE_DATA") in PRIVATE
    assert ("homeassistant.components.conversation", "async_get_agent") in PRIVATE
    assert ("homeassistant.components.http", "StaticPathConfig") not in PRIVATE


def test_no_module_needs_a_private_name_to_be_loaded() -> None:
    needing = {
        f"{imports.module_name(path)}: {module}.{name}"
        for path in imports.sources()
        for module, name in private_names(without_functions(parsed(path)))
        if imports.module_name(path) not in GUARDED
    }
    assert needing == set()


def test_no_module_touches_a_name_with_an_underscore_of_home_assistant() -> None:
    touched = {
        f"{module}: {name}"
        for module, names in imports.read(imports.sources()).items()
        for name in names
        if name.startswith("homeassistant.") and "._" in name
    }
    assert touched == set()


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the integration loaded anew, as after a start of Home Assistant."""
    monkeypatch.setattr(custom_components, "descent", importlib.import_module(PACKAGE))
    for name in [name for name in sys.modules if f"{name}.".startswith(f"{PACKAGE}.")]:
        monkeypatch.delitem(sys.modules, name)


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Have what Descent depends on, and an entry that is not set up."""
    for component in ("homeassistant", "http", "websocket_api"):
        assert await async_setup_component(hass, component, {})
    added = treadmill_entry()
    added.add_to_hass(hass)
    return added


async def press(hass: HomeAssistant, button: str) -> None:
    target = {"entity_id": f"button.belt_{button}"}
    await hass.services.async_call("button", "press", target, blocking=True)
    await hass.async_block_till_done()


def shown(hass: HomeAssistant) -> str:
    state = hass.states.get("sensor.belt_session_state")
    assert state is not None
    return state.state


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(("module", "name"), PRIVATE)
async def test_stop_works_where_a_private_name_has_moved(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    name: str,
) -> None:
    monkeypatch.delattr(importlib.import_module(module), name)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    await press(hass, "start")
    assert shown(hass) == "armed"
    await press(hass, "stop")
    assert shown(hass) in {"ending", "finished"}
    await press(hass, "start")
    await hass.services.async_call("descent", "stop", blocking=True)
    await hass.async_block_till_done()
    assert shown(hass) in {"ending", "finished"}


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(
    ("module", "name"), [each for each in PRIVATE if each[0].removeprefix(COMPONENTS) in OF_ASSIST]
)
async def test_stop_is_heard_where_a_private_name_of_assist_has_moved(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    name: str,
) -> None:
    assert await async_setup_component(hass, "conversation", {})
    monkeypatch.delattr(importlib.import_module(module), name)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await press(hass, "start")
    await async_converse(hass, "stop", None, Context(), language="en")
    await hass.async_block_till_done()
    assert shown(hass) in {"ending", "finished"}
