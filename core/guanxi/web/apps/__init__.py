"""Plugins for admins: what there is, what each brings, how it fares, and the switches."""
