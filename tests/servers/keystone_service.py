"""Serves Keystone on a loopback port; run by the Python of Keystone's environment: ``... PORT``."""

import sys


def main() -> None:
    """Serve until killed."""
    port = int(sys.argv.pop())
    # After the pop: Keystone reads the command line for options of its own.
    from keystone.wsgi.api import application  # type: ignore[import-not-found] # noqa: PLC0415
    from waitress import serve  # noqa: PLC0415

    # So that behind a TLS front the links say https.
    fronts = {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": "x-forwarded-proto"}
    serve(application, host="127.0.0.1", port=port, threads=4, **fronts)


if __name__ == "__main__":
    main()
