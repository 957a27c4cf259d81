"""A runner for entities and treadmills: pushed when an answer changes."""

from __future__ import annotations

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.runner_coordinator import RunnerCoordinator, runner_from
from custom_components.descent.training.model import Level, Runner
from tests.mock_entries import RUNNER, coordinator_of, runner_entry, set_up, treadmill_entry


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    return await set_up(hass, runner_entry())


def pushed(coordinator: RunnerCoordinator) -> list[Runner]:
    """Note every runner that is pushed from now on."""
    noted: list[Runner] = []
    coordinator.async_add_listener(lambda: noted.append(coordinator.data))
    return noted


async def test_an_edit_is_pushed_once_with_the_new_answers(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    noted = pushed(entry.runtime_data)
    hass.config_entries.async_update_entry(entry, data={**entry.data, "walk_kmh": 5.5})
    await hass.async_block_till_done()
    assert [runner.walk_kmh for runner in noted] == [5.5]


async def test_another_level_is_kept_with_the_other_answers_and_counts_at_once(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    treadmill = coordinator_of(await set_up(hass, treadmill_entry()))
    await hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": "select.ada_level", "option": "novice"},
        blocking=True,
    )
    assert entry.data == RUNNER | {"level": "novice"}
    assert entry.runtime_data.data.level is Level.NOVICE
    assert treadmill.view().level is Level.NOVICE
    shown = hass.states.get("select.ada_level")
    assert shown is not None
    assert shown.state == "novice"


@pytest.mark.parametrize(
    ("answers", "wrong"), [({"level": "expert"}, "expert"), ({"walk_kmh": 20}, "walk_kmh")]
)
def test_answers_nobody_could_give_are_no_runner(answers: dict[str, object], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        runner_from(RUNNER | answers)


def test_a_question_that_was_never_asked_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        runner_from({"name": "Ada"})
