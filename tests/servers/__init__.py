"""The real servers that the tests, the benchmarks and the fault suites run against: all on loopback."""
