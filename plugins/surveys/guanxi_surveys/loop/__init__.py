"""The closed loop: cases and improvements."""
