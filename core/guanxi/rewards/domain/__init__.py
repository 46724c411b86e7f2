"""The rules of rewards (奖励): plain functions over a session, for pages, API and plugins.

``states`` has the one table of what may follow what; ``requesting`` asks, ``fulfilling`` answers,
``using`` redeems, reverses and expires, ``reading`` lists.
"""
