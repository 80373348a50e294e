"""Backups: what they are called, when they are made, which may go."""
