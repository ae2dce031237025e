"""What a tenant can do: verbs, one transaction each; free of SQL and of status codes."""
