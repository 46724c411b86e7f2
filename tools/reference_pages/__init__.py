"""The pages of ``docs/reference``, one module each; ``markdown.py`` has what they share."""
