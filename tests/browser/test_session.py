"""A session on the dashboard, in a real browser against a real Home Assistant."""

from __future__ import annotations

from playwright.async_api import expect
import pytest

from .screen import See

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(600),
    pytest.mark.asyncio(loop_scope="module"),
]


async def test_the_demos_dashboard_shows_the_treadmill(see: See) -> None:
    screen = await see("/descent-demo")
    await expect(screen.card).to_contain_text("Descending sprints")
    await expect(screen.page.get_by_role("heading", name="The last hour")).to_be_visible()
