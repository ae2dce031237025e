"""The Monasca Events API: tenants say which of the cloud's events matter to them."""
