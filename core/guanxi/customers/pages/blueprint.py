"""The blueprint that all pages of customers share."""

from guanxi.http.routes import Pages

VIEW, EDIT = "customers.view", "customers.edit"
pages = Pages("customers", __name__, url_prefix="/customers")
