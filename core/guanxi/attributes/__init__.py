"""The attribute catalogue: what is known about customers, whoever contributes it."""
