"""Mail: out of the outbox, into an SMTP server, or into files where there is none."""
