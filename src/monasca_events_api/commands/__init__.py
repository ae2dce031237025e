"""The ``monasca-events`` command: a module for each thing it does."""
