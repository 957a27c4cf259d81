"""A part that ends without one of its figures."""

from bench.options import Options
from bench.part import Say


def measure(options: Options, say: Say) -> None:
    say("near", 7.0)
