"""What the dashboard needs from Home Assistant: its files, its live data, its pictures."""
