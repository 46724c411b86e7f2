"""The fields that admins add to customers, for plugins that need some: ``sdk.custom_fields``.

A field is for everybody from then on; make one only when an admin asked for what needs it.
"""

from guanxi.customers.domain.custom_fields import all_fields, create_field

__all__ = ["all_fields", "create_field"]
