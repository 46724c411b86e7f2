"""Messages to customers and staff, and the one gate that all of them pass."""
