"""Asking for rewards and answering requests, for plugins: ``from guanxi.sdk import rewards``."""

from guanxi.rewards.domain.fulfilling import grant, refuse
from guanxi.rewards.domain.requesting import RewardDraft, request
from guanxi.rewards.domain.using import redeem, reverse
from guanxi.rewards.models import Reward

__all__ = ["Reward", "RewardDraft", "grant", "redeem", "refuse", "request", "reverse"]
