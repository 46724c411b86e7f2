"""Web pages of rewards: all of them, those that wait, one reward, asking for one."""

from guanxi.rewards.pages import detail, listing, requesting
from guanxi.rewards.pages.blueprint import pages

__all__ = ["detail", "listing", "pages", "requesting"]
