"""The embedded PostgreSQL and the supervisor behind ``guanxi run``.

Start with ``postgres.py`` (one server in one folder), then ``supervisor.py`` (the processes)
and ``run.py`` (the order of a start). Nothing here knows customers, plugins or pages.
"""
