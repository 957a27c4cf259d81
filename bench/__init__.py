"""Figures of Descent, measured: ``scripts/bench`` prints them as JSON.

Benchmarks, not tests: nothing here fails because a computer is slow.

- ``engine.py``: sessions through engine, gate and physics, in one process and without a clock;
- ``core.py``: a running Home Assistant, in real time.
"""
