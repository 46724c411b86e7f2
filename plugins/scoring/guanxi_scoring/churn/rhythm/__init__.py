"""The rhythm in which each customer comes, and the warning when it breaks (节奏预警).

``population`` says what is usual, ``statements`` and ``refreshing`` keep each customer's gaps,
``sweeping`` finds the breaks of which the day has come.
"""
