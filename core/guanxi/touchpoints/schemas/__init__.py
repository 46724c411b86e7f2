"""What touchpoints look like in JSON: what is taken, what is given back."""
