"""Segments and who is in them: made, pinned, worked out, explained, compared.

``segments.py`` is what people do with segments, ``pins.py`` what they decide by hand. Membership
is a function of the core's tables and an instant: ``evaluating.py`` works it out for few customers
in Python, ``rebuilding.py`` for many in SQL, and ``stays.py`` writes the difference.
"""
