"""``monasca-events relay``: a relay by itself (contract 3)."""

import signal

import click
from pyramid.paster import setup_logging

from monasca_events_api.app import make_relay
from monasca_events_api.commands.ini_argument import ini_argument, open_database

STOPPING = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


@click.command()
@ini_argument
def relay(ini: str) -> None:
    """Bring announcements from the outbox to Kafka.

    INI is the file that pserve is given, with or without the section of its server; the log goes where it says.
    Runs until it is told to end, beside API processes with "relay.enabled = false", or as one more that stands by:
    of all relays on one database one works at a time. It waits for a database or a broker that is away. SIGTERM or
    Ctrl-C ends it in order: what it has begun to send is settled, and another relay takes over at once. So does
    SIGHUP, unless it was started by nohup: whoever looks after it starts it with the file as it is then.

    Exit status: 0 when it was told to end, 1 when a setting is wrong.
    """
    settings, database = open_database(ini)
    setup_logging(ini)
    ours = make_relay(settings, database)
    # What nohup, or a shell that starts it in the background, has turned off stays so.
    stopping = {each for each in STOPPING if signal.getsignal(each) != signal.SIG_IGN}
    # Blocked before the relay's thread starts, which inherits that: a handler could find a lock taken.
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)
    ours.start()
    signal.sigwait(stopping)
    ours.stop()
