"""The demo's data: real trade, invented names."""
