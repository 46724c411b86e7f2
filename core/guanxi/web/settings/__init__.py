"""The pages and the API of settings."""
