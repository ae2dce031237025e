"""A client of the service: a tenant's definitions as a file, over HTTP. It knows no Pyramid and no SQL."""
