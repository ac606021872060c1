"""Being logged in: from where, for how long, and what was typed when it ended."""
