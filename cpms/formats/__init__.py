"""How dates are written where no template says it: the admin, and what services say."""
