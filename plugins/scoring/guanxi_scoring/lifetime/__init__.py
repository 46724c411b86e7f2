"""The lifetime model (客户终身价值): who is still alive, what they will buy, what it is worth."""
