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
from typing import Any, ClassVar, Literal

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    ViewportSize,
    WebError,
    WebSocketRoute,
    expect,
)

from .instance import DemoInstance

ROOT = Path(__file__).parents[2]
AXE = ROOT / "tests" / "www" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = Path(os.environ.get("DESCENT_SCREENSHOTS") or ROOT / ".screenshots")

SIZES = {
    "small_phone": ViewportSize(width=320, height=640),
    "phone": ViewportSize(width=390, height=844),
    "tablet": ViewportSize(width=1024, height=768),
    "desktop": ViewportSize(width=1440, height=900),
}
# Each size in one theme: what a theme changes does not depend on the size.
LOOKS: tuple[tuple[str, Literal["light", "dark"]], ...] = (
    ("small_phone", "light"),
    ("phone", "dark"),
    ("tablet", "dark"),
    ("desktop", "light"),
)

_TABS = 60

# What Home Assistant's own frontend logs in these tests; nothing of it is about Descent.
NOISE = (
    # The card picker shows pictures from Home Assistant's site, which is not let through here.
    re.compile(r"ERR_NAME_NOT_RESOLVED \(https://demo\.home-assistant\.io/stub_config/"),
)
# What it logs besides while nobody answers: it asks for parts of itself that it needs just then.
NOBODY_ANSWERS = (
    re.compile(r"^WebSocket connection to "),
    re.compile(r"^Failed to load resource: net::ERR_CONNECTION_"),
    re.compile(r"Failed to fetch dynamically imported module: \S+/frontend_latest/"),
)


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

    A_LINE: ClassVar = re.compile(r"^M.*L")  # what is drawn, once there is something to draw

    page: Page
    line: Line
    logged: list[str] = field(default_factory=list)
    provoked: list[re.Pattern[str]] = field(default_factory=list)  # by the test itself

    @property
    def card(self) -> Locator:
        """The session card."""
        return self.page.locator("descent-session-card")

    @property
    def title(self) -> Locator:
        """What is done now, in large."""
        return self.card.locator(".title")

    def measured(self, name: str) -> Locator:
        """Return the measured number of speed or incline."""
        return self.card.locator("dl", has_text=name).locator("dd").first.locator("b")

    @property
    def complaints(self) -> list[str]:
        """Errors and warnings of the console that are neither noise nor provoked."""
        known = (*NOISE, *self.provoked)
        return [text for text in self.logged if not any(one.search(text) for one in known)]

    def button(self, name: str) -> Locator:
        """Return a button of the card by what it says."""
        return self.card.get_by_role("button", name=name, exact=True)

    async def async_tab_to(self, name: str) -> None:
        """Press Tab until a button of the card has the focus."""
        target = self.button(name)
        for _ in range(_TABS):
            await self.page.keyboard.press("Tab")
            if await target.evaluate("(button) => button.matches(':focus')"):
                return
        raise AssertionError(f"{name} is not reached with {_TABS} times Tab")

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
        """Take a picture at each size; returns whatever is wrong at any of them."""
        found: list[str] = []
        for size, theme in LOOKS:
            await self.page.emulate_media(color_scheme=theme)
            await self.page.set_viewport_size(SIZES[size])
            themed = {"light": "descent-session-card:not([dark])", "dark": "[dark]"}[theme]
            await expect(self.card.and_(self.page.locator(themed))).to_be_visible()
            await expect(self.button("Stop")).to_be_in_viewport(ratio=1)
            await self._async_settled()
            wrong = [*await self.async_violations(), *await self.async_overflows()]
            found += [f"{size}, {theme}: {text}" for text in wrong]
            await self.async_shoot(f"{name}-{size}-{theme}")
        return found

    async def _async_settled(self) -> None:
        """Wait until the frontend has changed all its colours, which it does gradually."""
        await self.page.evaluate(
            """() => {
                const trees = [document];
                for (const tree of trees)
                    for (const { shadowRoot } of tree.querySelectorAll("*"))
                        if (shadowRoot) trees.push(shadowRoot);
                return Promise.allSettled(trees
                    .flatMap((tree) => tree.getAnimations())
                    .filter((one) => one instanceof CSSTransition)
                    .map((one) => one.finished));
            }"""
        )

    async def async_overflows(self) -> list[str]:
        """Return the tags in the card that are wider than what holds them."""
        found: list[str] = await self.card.evaluate(
            """(card) => [card, ...card.shadowRoot.querySelectorAll("#card, #card *")]
                .filter((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth
                    && getComputedStyle(part).overflowX === "visible"
                    && getComputedStyle(part).display !== "inline")
                .map((part) => `wider than its place: ${part.outerHTML.slice(0, 100)}`)"""
        )
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
    browser: Browser, instance: DemoInstance, path: str, **context: Any
) -> AsyncIterator[Screen]:
    """Open a page of Home Assistant in a browser of its own, as a phone unless told otherwise."""
    settings = {"viewport": SIZES["phone"], "color_scheme": "light"} | context
    opened = await browser.new_context(
        base_url=instance.server.url,
        service_workers="block",
        storage_state=await _async_logged_in(instance, settings.pop("language", "en")),
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


async def _async_logged_in(instance: DemoInstance, language: str) -> Any:
    """Return what the frontend keeps in a browser that is logged in."""
    url = instance.server.url
    tokens = await instance.async_tokens()
    expires = int((time.time() + tokens["expires_in"]) * 1000)
    tokens |= {"hassUrl": url, "clientId": f"{url}/", "expires": expires}
    stored = {
        "hassTokens": tokens,
        "dockedSidebar": "always_hidden",
        "selectedLanguage": language,
    }
    items = [{"name": name, "value": json.dumps(value)} for name, value in stored.items()]
    return {"cookies": [], "origins": [{"origin": url, "localStorage": items}]}
