"""Saved analyses (分析): a definition with its owner and last run; each number opens its rows."""
