"""What pages and API share: who asks, the request's transaction, permissions, problems, paging."""
