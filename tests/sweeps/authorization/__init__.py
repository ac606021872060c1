"""Who may do what at every address: the table, the people and places it speaks of, and its test."""
