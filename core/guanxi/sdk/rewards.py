"""Asking for rewards and answering requests, for plugins: ``from guanxi.sdk import rewards``."""

from guanxi.rewards.domain.fulfilling import grant, refuse
from guanxi.rewards.domain.requesting import RewardDraft, request
from guanxi.rewards.domain.using import redeem, reverse

__all__ = ["RewardDraft", "grant", "redeem", "refuse", "request", "reverse"]
