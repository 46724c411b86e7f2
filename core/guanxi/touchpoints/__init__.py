"""Touchpoints (接触点): every contact, purchase and return of every customer."""
