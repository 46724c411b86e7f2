"""What the REST API of segmentation takes and gives back."""
