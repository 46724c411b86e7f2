"""What each customer is worth: total value, net value, and their parts."""
