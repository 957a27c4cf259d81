"""Code with a stopwatch on it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress


def through(work: Callable[[], None]) -> None:
    """Do it, deeper."""
    deeper(work)


def deeper(work: Callable[[], None]) -> None:
    work()


async def async_through(work: Callable[[], None]) -> None:
    """Wait a turn of the loop, and do it."""
    await asyncio.sleep(0)
    work()


def caught(work: Callable[[], None]) -> None:
    with suppress(KeyError):
        deeper(work)
