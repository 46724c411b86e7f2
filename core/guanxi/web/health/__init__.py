"""Health for machines and for people."""
