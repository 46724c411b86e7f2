"""The REST API's document and a page to try it."""
