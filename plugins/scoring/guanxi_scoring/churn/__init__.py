"""Lapsing customers (客户流失): how probable it is, whom to contact, whose rhythm broke.

``threshold`` holds the formulas of the decision, ``policy`` the costs, ``standing`` how probably
each customer lapses and what is at stake, ``contacting`` whom to contact first. ``silence`` is the
model for customers with any touchpoints, ``rhythm`` the early warning.
"""
