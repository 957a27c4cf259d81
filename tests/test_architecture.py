"""The rooms of the house, and that one sees only into those below it.

Platforms, actions, triggers, voice -> coordinator -> conductor -> treadmills ->
training. The tests look at the source, so that a wrong import is found even
where no test runs it.
"""

import ast
from graphlib import TopologicalSorter
import subprocess
import sys

from homeassistant.const import Platform

from tests import imports

# What a user or Home Assistant touches: nothing below may know of it.
SURFACE = {
    *(platform.value for platform in Platform),
    "",  # the integration's __init__
    "actions",
    "condition",
    "config_flow",
    "dashboard",
    "diagnostics",
    "flows",
    "llm",
    "llm_tools",
    "repairs",
    "system_health",
    "trigger",
    "voice",
}
# These show and ask. What reaches the machine, they ask the coordinator for.
TOUCHLESS = SURFACE - {"", "config_flow", "flows"} | {"entity"}
PURE_PACKAGES = {"voluptuous", "yaml"}
BELOW_EVERYTHING = {"const"}

# Somebody has looked at each of these: what its one subject is. A class of two is cut in two.
LONG_CLASSES = {
    "coordinator.TreadmillCoordinator": "one treadmill for entities and actions",
    "flows.machines.MachineFlow": "the steps that add a real treadmill, a method a step",
    "runtime.conductor.Conductor": "one event at a time through the engine and out",
    "training.engine.Engine": "everything that decides about one treadmill, as one thing",
    "training.gate.gate.Gate": "what may be asked of the gate",
    "training.session.session.Session": "the states of a session and what leads on from each",
    "training.session.steps.Steps": "the way through the steps of a plan",
    "treadmills.ftms.FtmsTreadmill": "one machine that speaks FTMS",
    "treadmills.physics.BeltAndDeck": "one physics model",
}

# Loads training/ by its path, as a package of its own, where neither Home
# Assistant nor asyncio can be imported; then every module in it.
LOAD_PURE = """
import importlib, importlib.util, pkgutil, sys

class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"homeassistant", "asyncio", "custom_components"}:
            raise ImportError(f"training imports {name}")

sys.meta_path.insert(0, Wall())
folder = sys.argv[1]
spec = importlib.util.spec_from_file_location(
    "training", folder + "/__init__.py", submodule_search_locations=[folder]
)
package = importlib.util.module_from_spec(spec)
sys.modules["training"] = package
spec.loader.exec_module(package)
for module in pkgutil.walk_packages([folder], "training."):
    importlib.import_module(module.name)
print("pure")
"""


def room(module: str) -> str:
    """Return the room a module is in: its folder, or the module itself."""
    return module.partition(".")[0]


def modules(*rooms: str) -> imports.Imports:
    """Return the imports of the modules in some rooms."""
    return imports.read(
        path for path in imports.sources() if room(imports.module_name(path)) in rooms
    )


def seen(module: str, names: set[str], allowed: set[str]) -> set[str]:
    """Return the imports of this integration's other rooms that are not allowed."""
    return {
        f"{module} imports {other}"
        for other in imports.within(names)
        if room(other) not in allowed | {room(module)}
    }


def test_training_imports_only_itself_and_two_pure_packages() -> None:
    allowed = sys.stdlib_module_names - {"asyncio"} | PURE_PACKAGES
    strangers = {
        f"{module} imports {name}"
        for module, names in modules("training").items()
        for name in imports.outside(names) - allowed
    }
    rooms = [seen(module, names, set()) for module, names in modules("training").items()]
    assert strangers.union(*rooms) == set()


def test_training_loads_where_home_assistant_and_asyncio_cannot() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", LOAD_PURE, str(imports.DESCENT / "training")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("pure", "")


def test_a_codec_knows_nothing_but_bytes_and_the_model() -> None:
    strangers = {
        f"{module} imports {name}"
        for module, names in modules("treadmills").items()
        if module.endswith("_codec")
        for name in (imports.outside(names) - sys.stdlib_module_names)
        | (imports.within(names) - {"training.model"})
    }
    assert strangers == set()


def test_treadmills_see_only_training() -> None:
    allowed = {"training"} | BELOW_EVERYTHING
    found = [seen(module, names, allowed) for module, names in modules("treadmills").items()]
    assert set().union(*found) == set()


def test_one_driver_alone_knows_home_assistant() -> None:
    knowing = {
        module
        for module, names in modules("treadmills").items()
        if "homeassistant" in imports.outside(names)
    }
    assert knowing <= {"treadmills.entities"}


def test_what_is_below_the_surface_does_not_look_up() -> None:
    rooms = {room(imports.module_name(path)) for path in imports.sources()}
    looking_up = {
        f"{module} imports {other or '__init__'}"
        for module, names in modules(*(rooms - SURFACE)).items()
        for other in imports.within(names)
        if room(other) in SURFACE
    }
    assert looking_up == set()


def test_the_conductor_does_not_know_who_listens_to_it() -> None:
    listening = {
        f"{module} imports {other}"
        for module, names in modules("runtime").items()
        for other in imports.within(names)
        if room(other) in {"coordinator", "entity"}
    }
    assert listening == set()


def users_of(attribute: str) -> set[str]:
    """Return the modules that name an attribute of anything."""
    return {
        imports.module_name(path)
        for path in imports.sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == attribute
    }


def test_everybody_reads_the_view_and_only_the_conductor_touches_the_engine() -> None:
    assert users_of("engine") == {"runtime.conductor"}


def test_only_the_coordinator_touches_the_conductor() -> None:
    assert users_of("conductor") == {"coordinator"}


def test_no_platform_touches_a_driver() -> None:
    touching = {
        f"{module} imports {other}"
        for module, names in modules(*TOUCHLESS).items()
        for other in imports.within(names)
        if room(other) == "treadmills"
    }
    assert touching == set()


def test_no_import_goes_in_a_circle() -> None:
    TopologicalSorter(imports.graph()).prepare()


def test_every_class_over_250_lines_has_one_subject() -> None:
    lines = {
        f"{imports.module_name(path)}.{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in imports.sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    assert {name for name, count in lines.items() if count > 250} == set(LONG_CLASSES)
