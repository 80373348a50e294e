"""Providers: everything that speaks to a language model."""
