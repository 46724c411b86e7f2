"""What the API and the command line take and give back, by what it is about."""
