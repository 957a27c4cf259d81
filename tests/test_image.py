"""The image entity of a treadmill."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import ClientError
from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_READ_ONLY
from homeassistant.components.image import async_get_image
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.descent.training.events import Skip, Stop
from tests import people
from tests.mock_entries import (
    RUNNER,
    console_of,
    coordinator_of,
    is_faster_than,
    is_sample,
    is_state,
    runner_entry,
    set_up,
    treadmill_entry,
    until,
)


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    return await set_up(hass, treadmill_entry())


def image_of(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    found = er.async_get(hass).async_get_entity_id(
        "image", "descent", f"{entry.entry_id}_session_profile"
    )
    assert found is not None
    return found


async def seen(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    image = await async_get_image(hass, image_of(hass, entry))
    assert image.content_type == "image/svg+xml"
    return image.content.decode()


def newest(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    state = hass.states.get(image_of(hass, entry))
    assert state is not None
    return state.state


async def test_before_a_session_the_selected_one_is_shown(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await coordinator_of(entry).async_select_session("descent_walk")
    picture = await seen(hass, entry)
    assert "First descents (walk)" in picture
    assert "#c2185b" in picture
    assert "#d50000" not in picture


async def test_another_selection_is_another_picture(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    before = newest(hass, entry)
    await coordinator_of(entry).async_select_session("easy_recovery")
    assert newest(hass, entry) != before


async def test_a_session_that_an_edited_runner_unlocks_is_another_picture(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    runner = await set_up(hass, runner_entry(level="beginner"))
    await coordinator_of(entry).async_select_session("descending_sprints")
    before, locked = newest(hass, entry), await seen(hass, entry)
    hass.config_entries.async_update_entry(runner, data=RUNNER)
    await hass.async_block_till_done()
    assert "#c2185b" not in locked
    assert "#c2185b" in await seen(hass, entry)
    assert newest(hass, entry) != before


async def test_a_measurement_is_no_other_picture(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    before = newest(hass, entry)
    console_of(entry).press_start()
    await until(entry, is_faster_than(0.5))
    await until(entry, is_sample(20))
    coordinator_of(entry).async_apply()
    assert coordinator_of(entry).data.speed_kmh
    assert newest(hass, entry) == before


async def test_a_locked_session_has_its_name_and_no_profile(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await coordinator_of(entry).async_select_session("long_reps")
    picture = await seen(hass, entry)
    assert "Long reps" in picture
    assert "#c2185b" not in picture


async def test_in_a_session_the_position_is_that_of_the_moment(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await set_up(hass, runner_entry())
    await coordinator_of(entry).async_start_session("easy_recovery", None, {})
    armed = await seen(hass, entry)
    assert "M60.0 " in armed[armed.index("#d50000") - 60 :]
    console_of(entry).press_start()
    await until(entry, is_faster_than(4))
    await until(entry, is_sample(60))
    assert await seen(hass, entry) != armed


async def test_a_state_is_written_with_each_step_and_not_with_each_measurement(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    written: list[str] = []

    @callback
    def note(event: object) -> None:
        written.append(newest(hass, entry))

    async_track_state_change_event(hass, image_of(hass, entry), note)
    coordinator = coordinator_of(entry)
    await coordinator.async_start_session("descent_walk", None, {})
    console_of(entry).press_start()
    await until(entry, is_faster_than(4))
    await until(entry, is_sample(50))
    await coordinator.async_request(Skip(confirmed=True))
    await coordinator.async_request(Stop())
    await until(entry, is_state("finished"))
    await hass.async_block_till_done()
    assert 3 <= len(written) <= 6
    assert written == sorted(set(written))


async def test_a_session_that_is_over_is_still_shown(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    coordinator = coordinator_of(entry)
    await coordinator.async_start_session("easy_recovery", None, {})
    await coordinator.async_request(Stop())
    await until(entry, is_state("finished"))
    assert "Easy flat (recovery window)" in await seen(hass, entry)


async def test_the_picture_is_for_those_who_may_read_it(
    hass: HomeAssistant, entry: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    await people.user(hass, "owner", GROUP_ID_ADMIN)
    reader = await people.user(hass, "reader", GROUP_ID_READ_ONLY)
    blind = await people.user_with(hass, "blind", {})
    image = image_of(hass, entry)
    seeing = await hass_client(await people.access_token(hass, reader))
    answer = await seeing.get(f"/api/image_proxy/{image}")
    assert (answer.status, "<svg" in await answer.text()) == (HTTPStatus.OK, True)
    refused = await hass_client(await people.access_token(hass, blind))
    answer = await refused.get(f"/api/image_proxy/{image}")
    assert (answer.status, "<svg" in await answer.text()) == (HTTPStatus.FORBIDDEN, False)
    with pytest.raises(ClientError):
        await refused.get(f"/api/image_proxy_stream/{image}")


async def test_who_has_the_address_with_its_token_sees_the_picture(
    hass: HomeAssistant, entry: MockConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> None:
    state = hass.states.get(image_of(hass, entry))
    assert state is not None
    client = await hass_client_no_auth()
    assert (await client.get(state.attributes["entity_picture"])).status == HTTPStatus.OK
