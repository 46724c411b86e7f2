"""The plugin host: find, check, load, switch on and off, call, measure and watch plugins.

Start with ``contract`` (what a plugin hands over) and ``host`` (what the other parts ask).
"""
