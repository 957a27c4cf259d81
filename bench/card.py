"""The session card in a real browser: bytes, first paint, and the time its code takes.

The card's own code is timed where Home Assistant and the clock call it: setting `hass`, snapshots
and measurements, and rendering, with the changes of the page's tree in it. What the browser does
afterwards (layout, paint) and what Home Assistant's frontend does is not the card's.
"""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path
from statistics import median
import subprocess
import tempfile
import time
from typing import Any

import aiohttp
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from demo.client import Client, async_tokens, connect
from demo.instance import ROOT, Instance, free_port
from demo.seed import DOMAIN, Machine, async_add_runner, async_add_treadmill, async_entities

from .options import Options
from .part import Say

type Figures = dict[str, Any]

_WWW = ROOT / "custom_components" / "descent" / "www"
_SCALE = 4.0  # four measurements a second, as fast as treadmills send them
_PATIENCE_MS = 30_000
_DASHBOARD = "descent-bench"
# Runs before any other script of the page: sees when the card is made, and when it shows something.
_FIRST_PAINT = """
window.descentBench = {made: 0, shown: 0};
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  const root = attach.call(this, options);
  if (this.localName === 'descent-session-card') {
    descentBench.made ||= performance.now();
    new MutationObserver(() => {
      if (!descentBench.shown && root.querySelector('.sessions'))
        requestAnimationFrame(() => (descentBench.shown ||= performance.now()));
    }).observe(root, {childList: true, subtree: true});
  }
  return root;
};
"""
# The page has the module already: what is imported is the same class.
_STOPWATCH = """
async (address) => {
  const {SessionCard} = await import(address);
  const own = SessionCard.prototype;
  let depth = 0;
  Object.assign(descentBench, {spent: 0, calls: 0});
  const timed = (whole) => function (...given) {
    const began = performance.now();
    depth++;
    try { return whole.apply(this, given); }
    finally {
      if (!--depth) { descentBench.spent += performance.now() - began; descentBench.calls++; }
    }
  };
  for (const method of ['changed', 'render']) own[method] = timed(own[method]);
  const {set, ...rest} = Object.getOwnPropertyDescriptor(own, 'hass');
  Object.defineProperty(own, 'hass', {...rest, set: timed(set)});
}
"""


def measure(options: Options, say: Say) -> None:
    """Weigh the files, load the page again and again, and run a session for a while."""
    files = [path.read_bytes() for path in sorted(_WWW.glob("*.js"))]
    say(
        "gzip",
        sum(len(gzip.compress(content, 9)) for content in files),  # each on its own, as loaded
        files=len(files),
        raw=sum(len(content) for content in files),
    )
    found = subprocess.run(  # noqa: S603  (this repository's own script)
        [ROOT / "scripts" / "find-chromium"], capture_output=True, text=True, check=False
    )
    if found.returncode:
        reason = found.stderr.strip().splitlines() or ["there is no Chromium"]
        say.skip(reason[-1], "first_paint", "code")
        return
    rounds, seconds = (3, 10.0) if options.quick else (9, 30.0)
    with tempfile.TemporaryDirectory(prefix="descent-bench-", ignore_cleanup_errors=True) as folder:
        asyncio.run(_async_measure(Path(folder), found.stdout.strip(), rounds, seconds, say))


async def _async_measure(
    folder: Path, chromium: str, rounds: int, seconds: float, say: Say
) -> None:
    instance = Instance(folder, free_port())
    instance.prepare(level="warning")
    instance.start()
    try:
        async with connect(instance) as client, async_playwright() as playwright:
            entry_id = await _async_seed(client)
            browser = await playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            try:
                page = await _async_page(browser, instance)
                loads = [await _async_load(page, instance) for _ in range(rounds)]
                session = await _async_session(client, page, entry_id, seconds)
            finally:
                await browser.close()
    finally:
        await instance.async_stop()
    say(
        "first_paint",
        round(median(load["shown"] for load in loads)),
        made_ms=round(median(load["made"] for load in loads)),
    )
    say("code", session.pop("code_ms_a_second"), **session)


async def _async_seed(client: Client) -> str:
    """Add a treadmill, a runner and a dashboard with nothing but the card."""
    await async_add_runner(client)
    entry_id = await async_add_treadmill(client, Machine(time_scale=_SCALE))
    devices = await client.async_call("config/device_registry/list")
    device = next(one["id"] for one in devices if entry_id in one["config_entries"])
    await client.async_call("lovelace/dashboards/create", url_path=_DASHBOARD, title="Bench")
    card = {"type": "custom:descent-session-card", "device": device}
    await client.async_call(
        "lovelace/config/save", url_path=_DASHBOARD, config={"views": [{"cards": [card]}]}
    )
    return entry_id


async def _async_page(browser: Browser, instance: Instance) -> Page:
    url = instance.url
    async with aiohttp.ClientSession() as session:
        tokens = await async_tokens(session, url)
    expires = int((time.time() + tokens["expires_in"]) * 1000)
    tokens |= {"hassUrl": url, "clientId": f"{url}/", "expires": expires}
    stored = [{"name": "hassTokens", "value": json.dumps(tokens)}]
    kept: Any = {"cookies": [], "origins": [{"origin": url, "localStorage": stored}]}
    context = await browser.new_context(
        viewport=ViewportSize(width=390, height=844),
        service_workers="block",
        storage_state=kept,
    )
    page = await context.new_page()
    await page.add_init_script(_FIRST_PAINT)
    return page


async def _async_load(page: Page, instance: Instance) -> Figures:
    """Load the page; the browser keeps what it has loaded before, as it does for a user."""
    await page.goto(f"{instance.url}/{_DASHBOARD}/0")
    await page.wait_for_function("descentBench.shown > 0", timeout=_PATIENCE_MS)
    load: Figures = await page.evaluate("descentBench")
    return load


async def _async_session(client: Client, page: Page, entry_id: str, seconds: float) -> Figures:
    """Run a session for a while, and see what that costs."""
    treadmill = {"treadmill": entry_id}
    entities = await async_entities(client, entry_id)
    await client.async_action(DOMAIN, "start_session", treadmill | {"session": "easy_recovery"})
    await client.async_press(entities["button.console_start"])
    await page.get_by_text("Steady").first.wait_for(timeout=_PATIENCE_MS)
    resources = await client.async_call("lovelace/resources")
    address = next(one["url"] for one in resources if DOMAIN in one["url"])
    await page.evaluate(_STOPWATCH, address.replace("descent-card.js", "session-card.js"))
    before: Figures = await page.evaluate("({...descentBench, now: performance.now()})")
    await asyncio.sleep(seconds)
    after: Figures = await page.evaluate("({...descentBench, now: performance.now()})")
    passed = (after["now"] - before["now"]) / 1000
    await client.async_action(DOMAIN, "stop", treadmill)
    return {
        "seconds": round(passed, 1),
        "measurements_a_second": _SCALE,
        "code_ms_a_second": round((after["spent"] - before["spent"]) / passed, 2),
        "calls_a_second": round((after["calls"] - before["calls"]) / passed, 1),
    }
