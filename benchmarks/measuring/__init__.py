"""What the benchmarks measure with: servers, load, the kernel's counters, floors, tables and plots."""
