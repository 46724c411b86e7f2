"""Rewards (奖励): asked for, granted, redeemed, taken back, expired."""
