"""Reports (报表): figures over all members of a programme, as of an instant, from the ledger.

Each is worked out in the database by a few statements, whatever the number of members. They count
everybody; whoever calls them has made sure that the reader may see that (see ``reports.sight``).
"""
