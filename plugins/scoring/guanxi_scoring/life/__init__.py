"""The life of a model: made, fitted, compared, put in force, watched, fitted anew, archived."""
