"""What definitions mean: pure functions and values, free of HTTP, SQL and Kafka."""
