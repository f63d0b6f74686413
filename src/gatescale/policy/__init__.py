"""Who may reach what: plain data in, decisions and gateway programs out. No I/O here."""
