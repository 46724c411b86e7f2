"""Tiers (等级): a pure function of what was earned, the policy in force, and the instant."""
