"""The life of a survey: made, changed, published, closed."""
