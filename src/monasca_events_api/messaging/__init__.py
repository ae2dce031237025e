"""How messages leave the service: publishers, and the relay that empties the outbox into one."""
