"""Exports: lists as files, streamed, with formulas made harmless."""
