"""Everything that opens files that people send; what is in them may be hostile."""
