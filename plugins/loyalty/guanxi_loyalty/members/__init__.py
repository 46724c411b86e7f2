"""What a member sees of it all: the signed link, and the page behind it."""
