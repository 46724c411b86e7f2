"""Relationship risk: scorecards, external ratings, risk appetite, and the risk coefficient."""
