"""How ``pserve`` runs the service: waitress, in one process or several, stopped and reloaded in order."""
