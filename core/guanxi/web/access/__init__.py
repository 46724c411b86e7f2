"""Signing in, and one's own profile."""
