"""Web pages of scoring; each module adds its routes to the one blueprint."""

from guanxi_scoring.pages import customer, models, models_acting, models_form
from guanxi_scoring.pages.blueprint import pages

__all__ = ["customer", "models", "models_acting", "models_form", "pages"]
