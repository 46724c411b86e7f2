"""Quick search: a customer's tokens for an array column, a query's tokens, and their ranking.

PostgreSQL needs no extension for it: ``search_tokens`` fills an ``int[]`` column with a GIN
index by way of ``token_numbers``, ``query_tokens`` says which tokens must be in it, and ``rank``
orders the rows found.
"""

from guanxi.customers.domain.search.numbers import token_numbers
from guanxi.customers.domain.search.query import TokenQuery, query_tokens
from guanxi.customers.domain.search.ranking import Candidate, rank
from guanxi.customers.domain.search.tokens import MAX_TOKENS, search_tokens

__all__ = [
    "MAX_TOKENS",
    "Candidate",
    "TokenQuery",
    "query_tokens",
    "rank",
    "search_tokens",
    "token_numbers",
]
