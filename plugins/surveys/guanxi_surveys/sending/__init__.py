"""Sending: whom, when, how often."""
