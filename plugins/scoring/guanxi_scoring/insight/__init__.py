"""Insight (精准洞察): unusual weeks, potential, kept analyses, reports for the board."""
