"""The first run: two secrets are asked for and tested, a configuration and a link come of it."""
