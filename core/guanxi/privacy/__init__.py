"""A person's own data: export, erase, and the journal of erasures."""
