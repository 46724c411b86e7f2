"""Small surprises (赠品): what staff give from the customer page, within their monthly budget."""
