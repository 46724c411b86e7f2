"""The log of events for other systems."""
