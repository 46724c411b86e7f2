"""Working together on customers: comments with mentions, tasks, notifications."""
