"""Why a customer has the scores that they have: the strongest reasons of each, in sentences."""
