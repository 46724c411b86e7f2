"""The pages of messages: composer, list, one message, templates, unsubscribing."""

from guanxi.messages.pages import composer, listing, templates, unsubscribing
from guanxi.messages.pages.blueprint import pages

__all__ = ["composer", "listing", "pages", "templates", "unsubscribing"]
