"""The Apps pages: all plugins, one plugin, its switches, its events and jobs, its end."""

from guanxi.web.apps.pages import listing, removal, running, showing, switching
from guanxi.web.apps.pages.blueprint import pages

__all__ = ["listing", "pages", "removal", "running", "showing", "switching"]
