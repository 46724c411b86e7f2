"""The rules of privacy: what is held about a person, how it is handed out and how it is erased."""
