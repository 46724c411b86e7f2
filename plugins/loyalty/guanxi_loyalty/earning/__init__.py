"""Earning (赚取): rules and campaigns, how they judge an occasion, and what the ledger is told."""
