"""What is taken and given back as JSON."""
