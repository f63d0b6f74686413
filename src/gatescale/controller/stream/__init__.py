"""The agents' channel: who is connected, what each must hear, and what each has enforced."""
