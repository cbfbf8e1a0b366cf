"""Words that the small transformer of these tests knows beside ``pay`` and ``sick``."""

FILLERS = [f"w{number}" for number in range(12)]
