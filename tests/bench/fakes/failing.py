"""A part that fails after its first figure."""

from bench.options import Options
from bench.part import Say


def measure(options: Options, say: Say) -> None:
    say("near", 7.0)
    raise RuntimeError("the belt broke\nin two")
