"""The rules of customers: plain functions that know no request and no page.

Here are names, identities, the quick search and suggested duplicates, none of which touches
the database. What reads and writes rows stands in the modules beside them.
"""
