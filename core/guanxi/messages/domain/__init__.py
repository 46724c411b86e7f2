"""The rules of messages: the gate, quiet hours, merge fields, sending once."""
