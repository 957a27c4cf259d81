"""A browser on one page of Home Assistant, logged in, and what somebody sees there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
import os
from pathlib import Path
import re
import time
from typing import Any, Literal

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    ViewportSize,
    WebError,
    WebSocketRoute,
)

from .house import House

ROOT = Path(__file__).parents[2]
AXE = ROOT / "tests" / "www" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = Path(os.environ.get("DESCENT_SCREENSHOTS") or ROOT / ".screenshots")

SIZES = {
    "small_phone": ViewportSize(width=320, height=640),
    "phone": ViewportSize(width=390, height=844),
    "tablet": ViewportSize(width=1024, height=768),
    "desktop": ViewportSize(width=1440, height=900),
}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

# What Home Assistant's own frontend logs in these tests; nothing of it is about Descent.
NOISE: tuple[re.Pattern[str], ...] = ()


class Line:
    """The page's connection to Home Assistant, which can be cut and mended."""

    def __init__(self) -> None:
        """Be whole."""
        self._whole = True
        self._routes: list[WebSocketRoute] = []

    async def async_lead(self, route: WebSocketRoute) -> None:
        """Lead a new connection through, if the line is whole."""
        if self._whole:
            route.connect_to_server()
            self._routes.append(route)
        else:
            await route.close()

    async def async_cut(self) -> None:
        """End the connections there are, and let no other one through."""
        self._whole = False
        await asyncio.gather(*(route.close() for route in self._routes))
        self._routes.clear()

    def mend(self) -> None:
        """Let connections through again."""
        self._whole = True


@dataclass
class Screen:
    """A page that shows a dashboard with cards of Descent."""

    page: Page
    line: Line
    logged: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)  # beginnings of what a test provokes

    @property
    def card(self) -> Locator:
        """The session card."""
        return self.page.locator("descent-session-card")

    @property
    def complaints(self) -> list[str]:
        """Errors and warnings of the console that are neither noise nor expected."""
        beginnings = tuple(self.expected)
        return [
            text
            for text in self.logged
            if not any(noise.search(text) for noise in NOISE)
            and not (beginnings and text.startswith(beginnings))
        ]

    def button(self, name: str) -> Locator:
        """Return a button of the card by what it says."""
        return self.card.get_by_role("button", name=name, exact=True)

    async def async_violations(self) -> list[str]:
        """Let axe look at the card; returns what it objects to, one line each."""
        await self.page.add_script_tag(path=AXE)
        found: list[dict[str, Any]] = await self.card.evaluate(
            "async (card) => (await axe.run(card, {resultTypes: ['violations']})).violations"
        )
        return [
            f"{one['id']} ({one['impact']}): {one['help']}: {node['html']}: "
            f"{' '.join(node['failureSummary'].split())}"
            for one in found
            for node in one["nodes"]
        ]

    async def async_shoot(self, name: str) -> None:
        """Take a picture of the page as it is."""
        await self.page.screenshot(path=SHOTS / f"{name}.png")

    async def async_look(self, name: str) -> list[str]:
        """Take a picture at each size in each theme; returns what axe objects to in any of them.

        Axe looks at the widest and the narrowest only: what it knows of does not change between.
        """
        found: list[str] = []
        for theme in THEMES:
            await self.page.emulate_media(color_scheme=theme)
            for size, viewport in SIZES.items():
                await self.page.set_viewport_size(viewport)
                await self.async_shoot(f"{name}-{size}-{theme}")
                if size in {"small_phone", "desktop"}:
                    found += [f"{theme}, {size}: {text}" for text in await self.async_violations()]
        return found

    def hear(self, message: ConsoleMessage) -> None:
        """Keep what the page says on its console."""
        if message.type in {"error", "warning"}:
            self.logged.append(f"{message.text} ({message.location.get('url', '')})")

    def fail(self, error: WebError) -> None:
        """Keep an error that nobody caught."""
        self.logged.append(f"uncaught: {error.error}")


type See = Callable[..., Awaitable[Screen]]  # opens a page: its path, settings of the browser


@asynccontextmanager
async def screen_of(
    browser: Browser, house: House, path: str, **context: Any
) -> AsyncIterator[Screen]:
    """Open a page of Home Assistant in a browser of its own, as a phone unless told otherwise."""
    settings = {"viewport": SIZES["phone"], "color_scheme": "light"} | context
    opened = await browser.new_context(
        base_url=house.instance.url,
        service_workers="block",
        storage_state=await _async_logged_in(house, settings.pop("language", "en")),
        **settings,
    )
    try:
        yield await _async_open(opened, path)
    finally:
        await opened.close()


async def _async_open(context: BrowserContext, path: str) -> Screen:
    line = Line()
    await context.route_web_socket("**/api/websocket", line.async_lead)
    page = await context.new_page()
    screen = Screen(page, line)
    context.on("console", screen.hear)
    context.on("weberror", screen.fail)
    await page.goto(path)
    return screen


async def _async_logged_in(house: House, language: str) -> Any:
    """Return what the frontend keeps in a browser that is logged in."""
    url = house.instance.url
    tokens = await house.async_tokens()
    expires = int((time.time() + tokens["expires_in"]) * 1000)
    tokens |= {"hassUrl": url, "clientId": f"{url}/", "expires": expires}
    stored = {
        "hassTokens": tokens,
        "dockedSidebar": "always_hidden",
        "selectedLanguage": language,
    }
    items = [{"name": name, "value": json.dumps(value)} for name, value in stored.items()]
    return {"cookies": [], "origins": [{"origin": url, "localStorage": items}]}
