"""Who has looked at a person's details, as that person sees it."""
