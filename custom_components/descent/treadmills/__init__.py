"""How to talk to a treadmill."""
