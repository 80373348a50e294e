"""Everything that runs without an account anywhere: emulators and the terminal chat."""
