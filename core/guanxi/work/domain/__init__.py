"""The rules of comments, tasks and notifications."""
