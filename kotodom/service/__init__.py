"""Kotodom as a service of systemd: its unit for this installation, written, compared, asked."""
