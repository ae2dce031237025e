"""What a request body may look like, as colander schemas."""
