"""What breaks, broken on purpose: after each fault the three histories must agree (contract 2).

``make test-faults`` runs every fault once and prints one table; ``make soak`` draws them at random.
"""
