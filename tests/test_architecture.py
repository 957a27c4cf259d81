"""The rooms of the house, and that one sees only into those below it.

Platforms, actions, triggers, voice -> coordinator -> conductor -> treadmills ->
training. The tests look at the source, so that a wrong import is found even
where no test runs it.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
import subprocess
import sys

from homeassistant.const import Platform
import pytest

from custom_components.descent.training.gate import Gate
from custom_components.descent.treadmills import KINDS
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
# What of treadmills/ is for everybody. The rest knows machines, and is known to nobody.
ANY_TREADMILL = {"treadmills", "treadmills.base", "treadmills.clock"}
# The one way around the gate, to a machine that nobody stands on.
CONSOLE = {"virtual_console": {"treadmills.virtual", "treadmills.faults"}}

# Somebody has looked at each of these: what its one subject is. A class of two is cut in two.
LONG_CLASSES = {
    "coordinator.TreadmillCoordinator": "one treadmill for entities and actions",
    "flows.treadmills.TreadmillFlow": "the steps that add a treadmill, a method a step",
    "runtime.conductor.Conductor": "one event at a time through the engine and out",
    "training.engine.Engine": "everything that decides about one treadmill, as one thing",
    "training.gate.axis.Axis": "what one actuator does, beside what is expected of it",
    "training.gate.gate.Gate": "what may be asked of the gate",
    "training.session.session.Session": "the states of a session and what leads on from each",
    "treadmills.ftms.FtmsTreadmill": "one machine that speaks FTMS",
    "treadmills.physics.BeltAndDeck": "one physics model",
    "treadmills.virtual.VirtualTreadmill": "driver and console of one simulated machine",
}

# The parts of the gate are its own business, and that of its own tests.
GATE = imports.DESCENT / "training" / "gate"
GATE_TESTS = imports.ROOT / "tests" / "training" / "gate"

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


def tree_of(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


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


def around_the_gate() -> list[Path]:
    """Return every Python file that is neither the gate's nor one of its own tests."""
    folders = ("bench", "custom_components", "demo", "scripts", "tests")
    files = (path for folder in folders for path in (imports.ROOT / folder).rglob("*.py"))
    return sorted(path for path in files if not {GATE, GATE_TESTS} & set(path.parents))


def reached_into(tree: ast.AST) -> Iterator[str]:
    """Yield what is taken from something called a gate that the gate does not offer."""
    offered = {name for name in vars(Gate) if not name.startswith("_")}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr not in offered:
            owner = ast.unparse(node.value).rpartition(".")[2]
            if owner.lstrip("_") == "gate":
                yield ast.unparse(node)


def gate_parts(names: Iterator[str]) -> set[str]:
    """Return what of some imports is a part of the gate, or comes out of one."""
    package = f"{imports.PACKAGE}.training.gate."
    parts = {path.stem for path in GATE.glob("*.py")}
    inside = {name for name in names if name.startswith(package)}
    return {name for name in inside if name.removeprefix(package).partition(".")[0] in parts}


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


def test_nobody_outside_treadmills_imports_a_driver_of_a_machine() -> None:
    outside = {room(imports.module_name(path)) for path in imports.sources()} - {"treadmills"}
    machines = {
        f"{module} imports {other}"
        for module, names in modules(*outside).items()
        for other in imports.within(names)
        if room(other) == "treadmills" and other not in ANY_TREADMILL | CONSOLE.get(module, set())
    }
    assert machines == set()


def test_the_config_flow_knows_treadmills_by_their_registry_only() -> None:
    known = {
        f"{module} imports {other}"
        for module, names in modules("config_flow", "flows").items()
        for other in imports.within(names)
        if room(other) == "treadmills" and other != "treadmills"
    }
    assert known == set()


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_treadmill_is_named_where_it_is_described_and_nowhere_else(kind: str) -> None:
    naming = {
        imports.module_name(path)
        for path in imports.sources()
        if f'"{kind}"' in path.read_text(encoding="utf-8")
    }
    assert {room(module) for module in naming} <= {"treadmills"} | BELOW_EVERYTHING
    assert len(naming - BELOW_EVERYTHING) == 1


def test_nobody_imports_a_part_of_the_gate() -> None:
    found = {
        f"{path.relative_to(imports.ROOT)} imports {part}"
        for path in around_the_gate()
        for part in gate_parts(imports.imported(path, tree_of(path)))
    }
    assert found == set()


@pytest.mark.parametrize(
    "source",
    [
        "from .training.gate.limits import Limits",
        "from .training.gate import axis",
        "import custom_components.descent.training.gate.motion",
    ],
)
def test_importing_a_part_of_the_gate_is_seen(source: str) -> None:
    names = imports.imported(imports.DESCENT / "entity.py", ast.parse(source))
    assert len(gate_parts(names)) == 1


def test_importing_the_gate_is_not_importing_a_part_of_it() -> None:
    front = ast.parse("from .training.gate import Gate, Limits, Permissions")
    assert gate_parts(imports.imported(imports.DESCENT / "entity.py", front)) == set()


def test_nobody_reaches_into_the_gate() -> None:
    found = {
        f"{path.relative_to(imports.ROOT)}: {what}"
        for path in around_the_gate()
        for what in reached_into(tree_of(path))
    }
    assert found == set()


@pytest.mark.parametrize(
    "source", ["gate._belt", "self.gate._now", "ride.engine.gate.watch.moving", "a._gate.trial"]
)
def test_reaching_into_a_gate_is_seen(source: str) -> None:
    assert len(list(reached_into(ast.parse(source)))) == 1


def test_asking_a_gate_is_not_reaching_into_it() -> None:
    asked = ast.parse("gate.limits.machine, self._gate.fresh(now), gatekeeper.watch")
    assert list(reached_into(asked)) == []


def test_no_import_goes_in_a_circle() -> None:
    TopologicalSorter(imports.graph()).prepare()


def test_no_two_classes_have_one_name() -> None:
    names = Counter(
        node.name
        for path in imports.sources()
        for node in tree_of(path).body
        if isinstance(node, ast.ClassDef)
    )
    assert {name for name, count in names.items() if count > 1} == set()


def test_every_class_over_250_lines_has_one_subject() -> None:
    lines = {
        f"{imports.module_name(path)}.{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in imports.sources()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef)
    }
    assert {name for name, count in lines.items() if count > 250} == set(LONG_CLASSES)


def untyped_entries(tree: ast.AST) -> int:
    """Count the config entries in a syntax tree that do not say what their runtime data is."""
    named = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == "ConfigEntry"]
    typed = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and ast.unparse(node.slice) not in {"Any", "object"}
    ]
    return len([name for name in named if name not in typed])


def test_every_config_entry_says_what_its_runtime_data_is() -> None:
    untyped = {
        imports.module_name(path): untyped_entries(tree_of(path)) for path in imports.sources()
    }
    assert {module: count for module, count in untyped.items() if count} == {}


@pytest.mark.parametrize("annotation", ["ConfigEntry", "ConfigEntry[Any]", "list[ConfigEntry]"])
def test_a_config_entry_of_anything_is_seen(annotation: str) -> None:
    assert untyped_entries(ast.parse(f"def f(entry: {annotation}) -> None: ...")) == 1
    assert untyped_entries(ast.parse("type Entry = ConfigEntry[TreadmillCoordinator]")) == 0
