"""What the card looks like: at every size, in every state, for everybody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

from playwright.async_api import Browser, expect
import pytest
import pytest_asyncio

from .instance import SPRINTS, DemoInstance, another_in
from .screen import SIZES, Screen, See, screen_of

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(600),
    pytest.mark.asyncio(loop_scope="module"),
]

type Reach = Callable[[DemoInstance, Screen], Awaitable[None]]


@pytest_asyncio.fixture(name="another", loop_scope="module")
async def another_fixture(instance: DemoInstance) -> AsyncIterator[DemoInstance]:
    """Return the instance as seen from another treadmill in it."""
    async with another_in(instance) as another:
        yield another


@pytest_asyncio.fixture(name="imperial", loop_scope="module")
async def imperial_fixture(instance: DemoInstance) -> AsyncIterator[None]:
    """Measure in miles for a while."""
    await instance.client.async_call("config/core/update", unit_system="us_customary")
    yield
    await instance.client.async_call("config/core/update", unit_system="metric")


@pytest_asyncio.fixture(name="open_page", scope="module", loop_scope="module")
async def open_page_fixture(
    running_instance: DemoInstance, browser: Browser, page: str
) -> AsyncIterator[Screen]:
    """Open the page once: it shows one state after the other."""
    async with screen_of(browser, running_instance, page) as screen:
        yield screen


@pytest.fixture(name="shown")
def shown_fixture(open_page: Screen) -> Iterator[Screen]:
    """Return the page that is open; nothing may be complained of on it meanwhile."""
    open_page.logged.clear()
    yield open_page
    assert "\n".join(open_page.complaints) == ""


async def idle(_instance: DemoInstance, screen: Screen) -> None:
    """Choose nothing yet."""
    await expect(screen.card).to_contain_text("43 m down")


async def armed(instance: DemoInstance, screen: Screen) -> None:
    """Start a session: it waits for Start at the machine."""
    await instance.async_act("start_session", session=SPRINTS)
    await expect(screen.card).to_contain_text("Press Start on the treadmill when you are ready.")


async def running(instance: DemoInstance, screen: Screen) -> None:
    """Press Start at the machine, and walk."""
    await armed(instance, screen)
    await instance.async_press("start")
    await expect(screen.title).to_contain_text("Warm-up")
    await expect(screen.measured("Speed")).not_to_have_text("0")


async def paused(instance: DemoInstance, screen: Screen) -> None:
    """Pause the session."""
    await running(instance, screen)
    await instance.async_act("pause")
    await expect(screen.card).to_contain_text("Paused by the runner")


async def suspended(instance: DemoInstance, screen: Screen) -> None:
    """Move the deck at the machine: the session steps back."""
    await running(instance, screen)
    await instance.async_press("incline_up")
    await expect(screen.card).to_contain_text("Changed at the console")


async def key_out(instance: DemoInstance, screen: Screen) -> None:
    """Pull the safety key."""
    await running(instance, screen)
    await instance.async_pull_key()
    await expect(screen.card).to_contain_text("Safety key is out")


async def waiting(instance: DemoInstance, screen: Screen) -> None:
    """Skip to the exercises beside the belt."""
    await running(instance, screen)
    await instance.async_act("skip", confirm=True)
    await expect(screen.card).to_contain_text("This is done beside the belt.")


async def descending(instance: DemoInstance, screen: Screen) -> None:
    """Skip the exercises too, and run the first descent."""
    await waiting(instance, screen)
    await expect(screen.measured("Speed")).to_have_text("0.0")
    await instance.async_act("skip", confirm=True)
    await expect(screen.card).to_contain_text("Press Start on the treadmill when you are ready.")
    await instance.async_press("start")
    await expect(screen.title).to_contain_text("Descent")
    await expect(screen.card).to_contain_text("left at target")


async def finished(instance: DemoInstance, screen: Screen) -> None:
    """Stop in the first descent."""
    await descending(instance, screen)
    await instance.async_act("stop")
    await expect(screen.card).to_contain_text("Stopped")


@pytest.mark.parametrize(
    "reach",
    [idle, armed, running, paused, suspended, key_out, waiting, descending, finished],
    ids=lambda reach: reach.__name__,
)
async def test_nothing_is_wrong_at_any_size_in_any_theme(
    instance: DemoInstance, shown: Screen, reach: Reach
) -> None:
    await reach(instance, shown)
    assert "\n".join(await shown.async_look(reach.__name__)) == ""


async def test_two_cards_follow_their_own_treadmills(
    instance: DemoInstance, another: DemoInstance, see: See
) -> None:
    page = await instance.async_dashboard("test-two", instance.card, another.card)
    screen = await see(page, viewport=SIZES["desktop"])
    first, second = screen.card.nth(0), screen.card.nth(1)
    await first.get_by_role("button", name="Start", exact=True).click()
    await expect(first.locator(".title")).to_contain_text("Armed")
    await second.get_by_label("First descents (walk)").check()
    await second.get_by_role("button", name="Start", exact=True).click()
    await expect(second.locator(".title")).to_contain_text("Armed")
    await first.get_by_role("button", name="Stop", exact=True).click()
    await expect(first.locator(".title")).to_contain_text("Descending sprints")
    await expect(second.locator(".title")).to_contain_text("Armed")


async def test_two_cards_of_one_treadmill_show_the_same(instance: DemoInstance, see: See) -> None:
    page = await instance.async_dashboard("test-twice", instance.card, instance.card)
    screen = await see(page, viewport=SIZES["desktop"])
    first, second = screen.card.nth(0), screen.card.nth(1)
    await first.get_by_role("button", name="Start", exact=True).click()
    await expect(second.locator(".title")).to_contain_text("Armed")
    await second.get_by_role("button", name="Stop", exact=True).click()
    await expect(first.locator(".title")).to_contain_text("Descending sprints")


async def test_whoever_uses_miles_sees_miles_and_feet(
    imperial: None, instance: DemoInstance, see: See, page: str
) -> None:
    screen = await see(page)
    await expect(screen.card).to_contain_text("141 ft down")
    await running(instance, screen)
    await expect(screen.card).to_contain_text("Speed, mph")
    await expect(screen.card).not_to_contain_text("km")
    await screen.async_shoot("imperial")


async def test_nothing_glides_for_whoever_wants_less_motion(
    instance: DemoInstance, see: See, page: str
) -> None:
    screen = await see(page, reduced_motion="reduce")
    await running(instance, screen)
    here = screen.card.locator(".here")
    await expect(here).to_have_css("transition-duration", "0s")
    await screen.page.emulate_media(reduced_motion="no-preference")
    await expect(here).not_to_have_css("transition-duration", "0s")


async def test_the_card_is_mirrored_where_one_reads_from_the_right(
    instance: DemoInstance, see: See, page: str
) -> None:
    screen = await see(page, language="he")
    await running(instance, screen)
    await expect(screen.card).to_have_css("direction", "rtl")
    pause, stop = screen.button("Pause"), screen.button("Stop")
    boxes = [await button.bounding_box() or {"x": 0} for button in (stop, pause)]
    assert 0 < boxes[0]["x"] < boxes[1]["x"]
    assert [*await screen.async_violations(), *await screen.async_overflows()] == []
    await screen.async_shoot("right_to_left")
