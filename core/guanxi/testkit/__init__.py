"""Fixtures and the conformance suite, for the core and for plugin authors."""
