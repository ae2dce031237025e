"""A certificate authority of the tests' own, with the certificates it signs."""

from dataclasses import dataclass
from pathlib import Path

from .packages import program, required
from .processes import run_once

DAYS = "3650"


@dataclass(frozen=True)
class Certificate:
    """PEM files: *key*, *certificate*, and both with the CA's in one *bundle*."""

    key: Path
    certificate: Path
    bundle: Path


class CertificateAuthority:
    """A new authority; its own certificate is *file* (PEM)."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.file = folder / "ca.pem"
        self._key = folder / "ca.key"
        named = ("-subj", "/CN=Monasca Events test CA", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        _openssl(folder, "req", "-x509", *_new_key(self._key), "-days", DAYS, *named, "-out", self.file)

    def server(self) -> Certificate:
        """Return a certificate for a server on loopback."""
        return self._signed("localhost", "subjectAltName=DNS:localhost,IP:127.0.0.1\n")

    def client(self, name: str) -> Certificate:
        """Return a certificate for a client called *name*."""
        return self._signed(name, "extendedKeyUsage=clientAuth\n")

    def _signed(self, name: str, extensions: str) -> Certificate:
        signed = Certificate(*(self.folder / f"{name}.{kind}" for kind in ("key", "crt", "pem")))
        request = self.folder / f"{name}.csr"
        extension_file = self.folder / f"{name}.extensions"
        # Python 3.13 checks certificates strictly: it asks for the key identifiers.
        extension_file.write_text(
            f"{extensions}subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\nbasicConstraints=CA:FALSE\n"
        )
        _openssl(self.folder, "req", *_new_key(signed.key), "-subj", f"/CN={name}", "-out", request)
        signing = ("-CA", self.file, "-CAkey", self._key, "-CAcreateserial", "-days", DAYS)
        extended = ("-extfile", extension_file, "-out", signed.certificate)
        _openssl(self.folder, "x509", "-req", "-in", request, *signing, *extended)
        parts = (signed.key, signed.certificate, self.file)
        signed.bundle.write_text("".join(part.read_text() for part in parts))
        return signed


def _new_key(file: Path) -> tuple[str | Path, ...]:
    return ("-newkey", "rsa:2048", "-nodes", "-keyout", file)


def _openssl(folder: Path, *arguments: str | Path) -> None:
    openssl = required(lambda: program("openssl"), ["openssl"])
    run_once([openssl, *arguments], folder=folder)
