"""The rules of webhooks: who is told, what is sent, when it is tried again."""
