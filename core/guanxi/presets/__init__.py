"""Presets (行业预设): what an industry needs from the start, put in by one command."""
