"""Everything behind config_flow.py: the steps and forms of setting up and of the options."""
