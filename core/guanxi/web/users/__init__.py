"""The pages of users, roles and teams."""
