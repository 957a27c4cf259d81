"""Policies of all kinds, what a refusal tells, and ways to a treadmill that others guard."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_READ_ONLY, GROUP_ID_USER
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized, UnknownUser
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.helpers.issue_registry import async_get as issues
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.descent.const import DOMAIN
from custom_components.descent.issues import report_decline
from tests import flow_entries, people
from tests.llm_tools import assistant
from tests.mock_entries import coordinator_of, runner_entry, set_up, treadmill_entry

CONTROL = {"control": True}


@pytest.fixture(name="belt")
async def belt_fixture(hass: HomeAssistant) -> MockConfigEntry:
    await people.user(hass, "owner", GROUP_ID_ADMIN)
    await set_up(hass, runner_entry())
    belt = await set_up(hass, treadmill_entry(time_scale=1))
    await flow_entries.until_state(hass, belt, "sensor", "speed", "0.0")
    return belt


@pytest.fixture(name="second")
async def second_fixture(hass: HomeAssistant, belt: MockConfigEntry) -> MockConfigEntry:
    return await set_up(hass, treadmill_entry(title="Second", time_scale=1))


def state(belt: ConfigEntry[Any]) -> str:
    return str(belt.runtime_data.data.state.value)


async def with_entities(hass: HomeAssistant, entities: dict[str, Any]) -> Context:
    """Return the context of a user with this policy about entities."""
    user = await people.user_with(hass, "user with a policy", {"entities": entities})
    return Context(user_id=user.id)


async def asked(
    hass: HomeAssistant, context: Context, action: str, *, answer: bool = False, **data: Any
) -> HomeAssistantError | None:
    """Ask for an action; return how it was refused, if it was."""
    try:
        await hass.services.async_call(
            DOMAIN, action, data, blocking=True, context=context, return_response=answer
        )
    except HomeAssistantError as error:
        return error
    return None


def refusing(error: HomeAssistantError | None) -> str | None:
    """Return the entity that was not permitted."""
    assert isinstance(error, Unauthorized)
    return error.entity_id


# ---- what a policy can be about


async def test_a_user_of_the_area_controls_the_treadmill_in_it(
    hass: HomeAssistant, belt: MockConfigEntry, second: MockConfigEntry
) -> None:
    cellar = ar.async_get(hass).async_create("Cellar")
    device = flow_entries.device(hass, belt)
    dr.async_get(hass).async_update_device(device.id, area_id=cellar.id)
    context = await with_entities(hass, {"area_ids": {cellar.id: True}})
    assert refusing(await asked(hass, context, "start_session", treadmill="Second"))
    assert await asked(hass, context, "start_session", treadmill="Belt", answer=True) is None
    assert (state(belt), state(second)) == ("armed", "idle")


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({}, None),
        ({"overrides": {}}, None),
        ({"overrides": {"reps": 4}}, "select.belt_session"),
        ({"session": "easy_recovery"}, "select.belt_session"),
        ({"runner": "Ada"}, "select.belt_runner"),
    ],
)
async def test_who_may_press_buttons_starts_what_is_selected_and_nothing_else(
    hass: HomeAssistant, belt: MockConfigEntry, given: dict[str, Any], refused: str | None
) -> None:
    context = await with_entities(hass, {"domains": {"button": CONTROL}})
    error = await asked(hass, context, "start_session", **given)
    assert getattr(error, "entity_id", None) == refused
    assert state(belt) == ("armed" if refused is None else "idle")


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"incline": 1}, None),
        ({"nudge_incline": 1}, None),
        ({"decline": 1}, "number.belt_target_decline"),
        ({"speed": 0}, "number.belt_target_speed"),
        ({"nudge_speed": 1}, "number.belt_target_speed"),
        ({"incline": 1, "speed": 5}, "number.belt_target_speed"),
        ({}, "number.belt_target_speed"),
    ],
)
async def test_who_may_set_the_slope_sets_the_slope_only(
    hass: HomeAssistant, belt: MockConfigEntry, given: dict[str, Any], refused: str | None
) -> None:
    slope = {"number.belt_target_incline": CONTROL}
    context = await with_entities(hass, {"entity_ids": slope})
    error = await asked(hass, context, "set_target", **given)
    assert (error is None, getattr(error, "entity_id", None)) == (refused is None, refused)


async def test_an_entity_that_was_renamed_is_still_the_one_that_is_asked(
    hass: HomeAssistant, belt: MockConfigEntry
) -> None:
    er.async_get(hass).async_update_entity("button.belt_start", new_entity_id="button.off_we_go")
    await hass.async_block_till_done()
    context = await with_entities(hass, {"entity_ids": {"button.off_we_go": CONTROL}})
    assert await asked(hass, context, "start_session") is None


async def test_what_has_no_entity_any_more_is_for_those_who_may_everything(
    hass: HomeAssistant, belt: MockConfigEntry
) -> None:
    limited = await people.user_of(hass, "limited", belt)
    anything = await people.user(hass, "anything", GROUP_ID_USER)
    er.async_get(hass).async_remove("button.belt_start")
    assert refusing(await asked(hass, Context(user_id=limited.id), "start_session")) is None
    assert state(belt) == "idle"
    assert await asked(hass, Context(user_id=anything.id), "start_session") is None


async def test_who_may_read_some_sensors_only_is_not_told_what_all_of_them_say(
    hass: HomeAssistant, belt: MockConfigEntry
) -> None:
    context = await with_entities(hass, {"entity_ids": {"sensor.belt_session_state": True}})
    assert refusing(await asked(hass, context, "list_sessions", answer=True))


async def test_who_may_read_needs_no_permission_for_what_is_switched_off(
    hass: HomeAssistant, belt: MockConfigEntry
) -> None:
    known = er.async_entries_for_config_entry(er.async_get(hass), belt.entry_id)
    enabled = {entity.entity_id: {"read": True} for entity in known if not entity.disabled}
    assert len(enabled) < len(known)
    context = await with_entities(hass, {"entity_ids": enabled})
    assert await asked(hass, context, "list_sessions", answer=True) is None


async def test_who_may_not_read_moves_and_is_told_nothing(
    hass: HomeAssistant, belt: MockConfigEntry
) -> None:
    await assistant.set_up(hass)
    device = flow_entries.device(hass, belt)
    context = await with_entities(hass, {"device_ids": {device.id: CONTROL}})
    assert refusing(await asked(hass, context, "start_session", answer=True))
    assert state(belt) == "idle"
    told = await assistant.use(hass, "start_session", user_id=context.user_id)
    assert (told, state(belt)) == ({"treadmill": "Belt"}, "armed")
    told = await assistant.use(hass, "stop", user_id=context.user_id)
    assert (told, state(belt)) == ({"treadmills": [{"treadmill": "Belt"}]}, "finished")


# ---- which treadmill


async def test_a_user_of_one_treadmill_is_refused_clearly_at_the_other(
    hass: HomeAssistant, belt: MockConfigEntry, second: MockConfigEntry
) -> None:
    context = Context(user_id=(await people.user_of(hass, "limited", second)).id)
    unclear = await asked(hass, context, "start_session")
    assert unclear is not None
    assert unclear.translation_key == "several_treadmills"
    await flow_entries.act(hass, "start_session", treadmill="Belt")
    # The one with a session is meant, whoever asks.
    assert refusing(await asked(hass, context, "pause")) == "button.belt_pause"
    assert state(belt) == "armed"


async def test_an_assistant_tells_of_the_treadmills_that_may_be_read(
    hass: HomeAssistant, belt: MockConfigEntry, second: MockConfigEntry
) -> None:
    await assistant.set_up(hass)
    limited = await people.user_of(hass, "limited", second)
    blind = await people.user_with(hass, "blind", {})
    told = await assistant.use(hass, "status", user_id=limited.id)
    assert [each["treadmill"] for each in told["treadmills"]] == ["Second"]
    assert await assistant.refused(hass, "status", user_id=blind.id) == (
        "not_allowed",
        "This user may not see the treadmill Belt",
    )


async def test_of_several_entities_none_is_used_if_one_is_forbidden(
    hass: HomeAssistant, belt: MockConfigEntry, second: MockConfigEntry
) -> None:
    user = await people.user_of(hass, "limited", second)
    for target in (
        {"entity_id": ["button.second_start", "button.belt_start"]},
        {"device_id": [flow_entries.device(hass, each).id for each in (second, belt)]},
    ):
        with pytest.raises(Unauthorized):
            await hass.services.async_call(
                "button", "press", target, blocking=True, context=Context(user_id=user.id)
            )
    assert (state(belt), state(second)) == ("idle", "idle")


async def test_r4_stop_without_a_name_stops_all_of_them_for_anybody(
    hass: HomeAssistant, belt: MockConfigEntry, second: MockConfigEntry
) -> None:
    for name in ("Belt", "Second"):
        await flow_entries.act(hass, "start_session", treadmill=name)
    blind = await people.user_with(hass, "blind", {})
    assert await asked(hass, Context(user_id=blind.id), "stop") is None
    assert (state(belt), state(second)) == ("finished", "finished")


# ---- what a refusal tells


async def test_a_refusal_names_what_is_missing_in_home_assistants_own_error(
    hass: HomeAssistant, belt: MockConfigEntry
) -> None:
    user = await people.user(hass, "reader", GROUP_ID_READ_ONLY)
    context = Context(user_id=user.id)
    error = await asked(hass, context, "skip")
    assert type(error) is Unauthorized
    assert (error.context, error.user_id, error.config_entry_id) == (
        context,
        user.id,
        belt.entry_id,
    )
    assert (error.perm_category, error.permission, error.entity_id) == (
        "entities",
        "control",
        "button.belt_skip",
    )
    assert (error.translation_domain, error.translation_key) == (DOMAIN, "may_not_control")
    assert str(error) == "This user may not control the treadmill Belt"


async def test_a_user_who_was_removed_is_unknown(
    hass: HomeAssistant, belt: MockConfigEntry
) -> None:
    user = await people.user(hass, "gone", GROUP_ID_ADMIN)
    await hass.auth.async_remove_user(user)
    error = await asked(hass, Context(user_id=user.id), "start_session")
    assert type(error) is UnknownUser
    assert (error.user_id, str(error)) == (
        user.id,
        "The user who asked for it does not exist any more",
    )


# ---- scripts, automations, runners, and what only administrators reach


SET = {"action": "descent.set_target", "data": {"incline": 2}}


async def test_a_script_acts_for_who_runs_it(hass: HomeAssistant, belt: MockConfigEntry) -> None:
    assert await async_setup_component(hass, "script", {"script": {"steep": {"sequence": [SET]}}})
    reader = await people.user(hass, "reader", GROUP_ID_READ_ONLY)
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            "script", "steep", blocking=True, context=Context(user_id=reader.id)
        )
    assert coordinator_of(belt).data.target_incline_pct is None
    await hass.services.async_call("script", "steep", blocking=True)
    assert coordinator_of(belt).data.target_incline_pct == 2


async def test_an_automation_acts_for_itself_whoever_set_it_off(
    hass: HomeAssistant, belt: MockConfigEntry
) -> None:
    automation = {"trigger": {"platform": "event", "event_type": "steep"}, "action": [SET]}
    assert await async_setup_component(hass, "automation", {"automation": automation})
    reader = await people.user(hass, "reader", GROUP_ID_READ_ONLY)
    hass.bus.async_fire("steep", context=Context(user_id=reader.id))
    await hass.async_block_till_done()
    assert coordinator_of(belt).data.target_incline_pct == 2


async def test_a_runners_level_is_for_who_may_control_the_runner(
    hass: HomeAssistant, belt: MockConfigEntry
) -> None:
    ada = next(entry for entry in hass.config_entries.async_entries(DOMAIN) if entry is not belt)
    trainer = await people.user_of(hass, "trainer", ada)
    visitor = await people.user_of(hass, "visitor", belt)
    level = {"entity_id": "select.ada_level", "option": "advanced"}
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            "select", "select_option", level, blocking=True, context=Context(user_id=visitor.id)
        )
    assert ada.data["level"] == "intermediate"
    await hass.services.async_call(
        "select", "select_option", level, blocking=True, context=Context(user_id=trainer.id)
    )
    assert ada.data["level"] == "advanced"
    assert refusing(await asked(hass, Context(user_id=trainer.id), "start_session"))


@pytest.mark.parametrize("group", [GROUP_ID_USER, GROUP_ID_READ_ONLY])
async def test_what_a_treadmill_and_a_runner_may_do_is_changed_by_administrators_only(
    hass: HomeAssistant,
    belt: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    group: str,
) -> None:
    for component in ("config", "repairs", "diagnostics"):
        assert await async_setup_component(hass, component, {})
    report_decline(hass, belt.entry_id, belt.title)
    (issue,) = (
        issue.issue_id for issue in issues(hass).issues.values() if "decline" in issue.issue_id
    )
    user = await people.user(hass, "user", group)
    client = await hass_client(await people.access_token(hass, user))
    flows = "/api/config/config_entries"
    for address, asking in (
        (f"{flows}/options/flow", {"handler": belt.entry_id}),
        (f"{flows}/flow", {"handler": DOMAIN}),
        (f"{flows}/flow", {"handler": DOMAIN, "entry_id": belt.entry_id}),
        ("/api/repairs/issues/fix", {"handler": DOMAIN, "issue_id": issue}),
    ):
        answer = await client.post(address, json=asking)
        assert (address, answer.status) == (address, HTTPStatus.UNAUTHORIZED)
    address = f"/api/diagnostics/config_entry/{belt.entry_id}"
    assert (await client.get(address)).status == HTTPStatus.UNAUTHORIZED


async def test_the_http_api_refuses_without_a_failure_in_the_log(
    hass: HomeAssistant,
    belt: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert await async_setup_component(hass, "api", {})
    user = await people.user(hass, "reader", GROUP_ID_READ_ONLY)
    client = await hass_client(await people.access_token(hass, user))
    answer = await client.post("/api/services/descent/set_target", json={"incline": 2})
    assert answer.status == HTTPStatus.UNAUTHORIZED
    assert coordinator_of(belt).data.target_incline_pct is None
    assert not [
        record for record in caplog.records if record.exc_info or record.levelname == "ERROR"
    ]
