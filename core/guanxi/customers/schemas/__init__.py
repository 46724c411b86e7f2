"""What the REST API of customers takes and gives back."""
