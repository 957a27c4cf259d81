"""A session from the dashboard, in a real browser against a real Home Assistant."""

from __future__ import annotations

from playwright.async_api import expect
import pytest

from .instance import HOSTILE, MARKUP, SPRINTS, DemoInstance
from .screen import NOBODY_ANSWERS, SIZES, See

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(600),
    pytest.mark.asyncio(loop_scope="module"),
]

ARMED = "Press Start on the treadmill when you are ready."
LOST = "No connection to Home Assistant."


async def test_the_demos_dashboard_shows_the_treadmill(see: See) -> None:
    screen = await see("/descent-demo")
    await expect(screen.card).to_contain_text("Descending sprints")
    await expect(screen.page.get_by_role("heading", name="The last hour")).to_be_visible()


async def test_the_card_is_added_from_the_picker(instance: DemoInstance, see: See) -> None:
    screen = await see(await instance.async_dashboard("test-picker"), viewport=SIZES["desktop"])
    page = screen.page
    await page.get_by_role("button", name="Edit dashboard").click()
    await page.get_by_role("button", name="Add card").click()
    await page.get_by_role("tab", name="By card").click()
    await page.get_by_placeholder("Search cards").fill("descent")
    # Home Assistant lays a button without a name over each card that can be picked.
    await page.get_by_text("Descent session", exact=True).click(force=True)
    await expect(page.get_by_role("button", name="Device Treadmill")).to_be_visible()
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Done").click()
    await page.reload()
    await expect(screen.card).to_contain_text("Descending sprints")
    await expect(screen.button("Start")).to_be_enabled()


async def test_the_card_is_suggested_for_an_entity_of_the_treadmill(
    instance: DemoInstance, see: See
) -> None:
    screen = await see(await instance.async_dashboard("test-suggestion"), viewport=SIZES["desktop"])
    page = screen.page
    await page.get_by_role("button", name="Edit dashboard").click()
    await page.get_by_role("button", name="Add card").click()
    await page.get_by_placeholder("Search entities").fill("session state")
    await page.get_by_role("button", name="Session state Treadmill").click()
    await expect(screen.card).to_contain_text("Descending sprints")


async def test_a_session_is_started_followed_and_ended_from_the_card(
    instance: DemoInstance, see: See, page: str
) -> None:
    screen = await see(page)
    big, here = screen.card.locator(".big"), screen.card.locator(".here")

    await screen.button("Start").click()
    await expect(screen.card).to_contain_text(ARMED)
    await instance.async_press("start")
    await expect(screen.title).to_contain_text("Warm-up")
    await expect(screen.card).to_contain_text("Next: Drills")
    left = await big.inner_text()
    place = await here.get_attribute("transform") or ""
    await expect(big).not_to_have_text(left)
    await expect(here).not_to_have_attribute("transform", place)
    await expect(screen.card.locator(".fast")).to_have_attribute("d", screen.A_LINE)

    await screen.button("Pause").click()
    await expect(screen.card).to_contain_text("Paused by the runner")
    await expect(screen.measured("Speed")).to_have_text("0.0")
    await screen.button("Resume").click()
    await expect(screen.card).to_contain_text(ARMED)
    await instance.async_press("start")
    await expect(screen.title).to_contain_text("Warm-up")

    await screen.button("Skip").click()
    await screen.button("Skip all the same").click()
    await expect(screen.title).to_contain_text("Drills")
    await expect(screen.button("I am done")).to_be_visible()
    await expect(screen.measured("Speed")).to_have_text("0.0")
    await screen.button("Skip").click()
    await expect(screen.card).to_contain_text(ARMED)
    await instance.async_press("start")
    await expect(screen.title).to_contain_text("Descent")
    await expect(screen.title).to_contain_text("1 of 6")

    await screen.button("Stop").click()
    await expect(screen.title).to_contain_text("Stopped")
    await expect(screen.card.get_by_role("row", name="Drills (skipped)")).to_be_visible()
    await screen.button("Choose a session").click()
    await expect(screen.button("Start")).to_be_enabled()


async def test_a_session_is_run_with_the_keyboard_only(
    instance: DemoInstance, see: See, page: str
) -> None:
    screen = await see(page, viewport=SIZES["desktop"])
    keyboard = screen.page.keyboard
    await screen.card.get_by_label("Descending sprints").focus()
    await keyboard.press("ArrowDown")
    await expect(screen.card.get_by_label("First descents (walk)")).to_be_checked()
    await expect(screen.card).to_contain_text("10 m down")
    await keyboard.press("Tab")
    await keyboard.press("ArrowLeft")
    await screen.async_tab_to("Start")
    await keyboard.press("Enter")
    await expect(screen.card).to_contain_text(ARMED)
    await instance.async_press("start")
    await expect(screen.title).to_contain_text("Warm-up")
    await screen.async_tab_to("Pause")
    await keyboard.press("Space")
    await expect(screen.card).to_contain_text("Paused by the runner")
    await screen.async_tab_to("Stop")
    await keyboard.press("Enter")
    await expect(screen.title).to_contain_text("Stopped")


async def test_markup_in_the_name_of_a_session_is_text(
    instance: DemoInstance, see: See, page: str
) -> None:
    screen = await see(page)
    await screen.card.get_by_label(MARKUP).check()
    await expect(screen.card.locator(".about")).to_have_text(MARKUP)
    await screen.button("Start").click()
    await expect(screen.card).to_contain_text(ARMED)
    await instance.async_press("start")
    await expect(screen.title).to_contain_text("Steady")
    await expect(screen.card.get_by_role("img", name=MARKUP)).to_be_visible()
    await screen.button("Stop").click()
    await expect(screen.title).to_contain_text(MARKUP)
    await expect(screen.card.locator("img")).to_have_count(0)
    await expect(screen.page).not_to_have_title("broken")


async def test_a_device_that_is_gone_gives_a_hint(instance: DemoInstance, see: See) -> None:
    card = instance.card | {"device": "gone"}
    screen = await see(await instance.async_dashboard("test-gone", card))
    await expect(screen.card).to_contain_text("a treadmill that is not there any more")


async def test_a_device_of_something_else_gives_a_hint(instance: DemoInstance, see: See) -> None:
    card = instance.card | {"device": await instance.async_strange_device()}
    screen = await see(await instance.async_dashboard("test-strange", card))
    await expect(screen.card).to_contain_text("something that is no treadmill of Descent")


async def test_a_card_without_a_device_says_what_to_do(instance: DemoInstance, see: See) -> None:
    card = {"type": instance.card["type"]}
    screen = await see(await instance.async_dashboard("test-none", card))
    await expect(screen.card).to_contain_text("Choose a treadmill in the settings of this card.")


async def test_a_treadmill_that_is_loaded_again_is_followed_again(
    instance: DemoInstance, see: See, page: str
) -> None:
    screen = await see(page)
    await expect(screen.button("Start")).to_be_enabled()
    await instance.async_rest()
    await instance.async_act("start_session", session=SPRINTS)
    await expect(screen.card).to_contain_text(ARMED)


async def test_a_lost_connection_is_said_and_comes_back(
    instance: DemoInstance, see: See, page: str
) -> None:
    screen = await see(page)
    await instance.async_act("start_session", session=HOSTILE)
    await instance.async_press("start")
    await expect(screen.title).to_contain_text("Steady")
    await screen.line.async_cut()
    await expect(screen.card).to_contain_text(LOST)
    await expect(screen.button("Stop")).to_be_visible()
    await expect(screen.button("Pause")).to_be_disabled()
    await instance.async_act("pause")
    screen.line.mend()
    await expect(screen.card).to_contain_text("Paused by the runner")
    await expect(screen.card).not_to_contain_text(LOST)


async def test_after_a_restart_the_session_is_there_and_paused(
    instance: DemoInstance, see: See, page: str
) -> None:
    screen = await see(page)
    screen.provoked.extend(NOBODY_ANSWERS)
    await instance.async_act("start_session", session=HOSTILE)
    await instance.async_press("start")
    await expect(screen.title).to_contain_text("Steady")
    await instance.async_restart()
    await expect(screen.card).to_contain_text("Descent was restarted", timeout=60_000)
    await screen.button("Resume").click()
    await expect(screen.card).to_contain_text(ARMED)
    await instance.async_press("start")
    await expect(screen.title).to_contain_text("Steady")
