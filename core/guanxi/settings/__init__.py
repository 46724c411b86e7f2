"""Settings: stored values, history, secrets, and the forms made from their schemas."""
