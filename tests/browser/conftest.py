"""One Home Assistant and one Chromium for each file of tests; a page for each test.

Everything lives in the event loop of the file, and so do the tests: they are marked with it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
import os
import subprocess
from typing import Any

from playwright.async_api import Browser, async_playwright, expect
import pytest
import pytest_asyncio
from pytest_socket import enable_socket

from .instance import ROOT, DemoInstance, instance_in
from .screen import Screen, See, screen_of

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Home Assistant's card picker shows pictures from its own site.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PATIENCE_MS = 20_000  # of what a page is expected to show: these machines are shared


def script(*command: str) -> str:
    """Run one of the project's scripts; where it fails, tests are left out, but not in CI."""
    done = subprocess.run(
        [ROOT / "scripts" / command[0], *command[1:]],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        leave = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        leave(f"no browser tests: {done.stderr.strip()}")
    return done.stdout.strip()


@pytest.fixture(autouse=True)
def verify_cleanup() -> None:
    """Home Assistant's own looks for tasks that a test left: here they belong to the file."""


@pytest.fixture(autouse=True)
def network(socket_enabled: None) -> None:
    """Let every test talk to its Home Assistant."""


@pytest.fixture(name="chromium", scope="module")
def chromium_fixture() -> str:
    """Return the path of a Chromium; brings all that the tests need."""
    script("setup-www")
    script("setup", "demo")
    return script("find-chromium")


@pytest_asyncio.fixture(name="browser", scope="module", loop_scope="module")
async def browser_fixture(chromium: str) -> AsyncIterator[Browser]:
    """Start a Chromium."""
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(name="running_instance", scope="module", loop_scope="module")
async def running_instance_fixture(
    chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DemoInstance]:
    """Start a Home Assistant."""
    enable_socket()
    async with instance_in(tmp_path_factory.mktemp("instance")) as instance:
        yield instance
        complaints = instance.server.complaints()
    assert complaints == []


@pytest_asyncio.fixture(name="page", scope="module", loop_scope="module")
async def page_fixture(running_instance: DemoInstance) -> str:
    """Return the path of a page with the card and nothing else."""
    return await running_instance.async_dashboard("test-card", running_instance.card)


@pytest_asyncio.fixture(name="instance", loop_scope="module")
async def instance_fixture(running_instance: DemoInstance) -> AsyncIterator[DemoInstance]:
    """Return the Home Assistant; its treadmill is at rest again after each test."""
    yield running_instance
    await running_instance.async_rest()


@pytest_asyncio.fixture(name="see", loop_scope="module")
async def see_fixture(instance: DemoInstance, browser: Browser) -> AsyncIterator[See]:
    """Return what opens a page; at the end, nothing may have been complained of on any."""
    screens: list[Screen] = []
    async with AsyncExitStack() as pages:

        async def see(path: str, **settings: Any) -> Screen:
            screen = await pages.enter_async_context(screen_of(browser, instance, path, **settings))
            screens.append(screen)
            return screen

        yield see
    assert "\n".join(text for screen in screens for text in screen.complaints) == ""
