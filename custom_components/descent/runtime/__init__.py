"""One treadmill in real time: the engine, a driver and a clock. Entered through conductor."""
