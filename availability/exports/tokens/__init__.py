"""Tokens: how a program reads the exports for a person, and nothing else."""
