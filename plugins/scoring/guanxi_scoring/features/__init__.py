"""Features: what customers did, as figures from which models learn, on three engines.

An expression is written once, with Ibis, and runs unchanged on the CRM's own PostgreSQL, on
DuckDB over a lake of Parquet files, and on Apache Spark over the same files. ``summary`` and
``behaviour`` hold the expressions, ``engines`` runs them, ``lake`` is where the files lie,
``summaries`` keeps the figures of each customer in a table, brought up to date with each purchase.

Nothing here is imported before it is used: Ibis and the engines are heavy.
"""
