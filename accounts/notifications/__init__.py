"""The pages of a person's own notifications, and what they chose about them."""
