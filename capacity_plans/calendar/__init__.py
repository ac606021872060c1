"""Planned openings and closings for calendar programs, at addresses that people make for them."""
