"""Who works here and what they may do: users, roles, row rules, sessions, tokens."""
