"""The key by which the server's own scheduler and workers know each other, made anew at each start.

It is handed on through pipes and is in no file that lasts, no command line and no environment, so that nobody
else on the machine gets hold of it.
"""

from __future__ import annotations

import datetime as dt

from distributed.security import Security

ALWAYS = dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1)
"""The key ends with its processes; a clock that is put right must not end it before."""


def new_key() -> tuple[str, str]:
    """Return a new private key and the certificate that it signed for itself, both as PEM."""
    # The server, which only gets the key, does without these.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "own workers")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), *ALWAYS)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private.decode(), builder.sign(key, hashes.SHA256()).public_bytes(pem).decode()


def security_of(private: str, certificate: str) -> Security:
    """Return Dask's settings for all who have this key, and for nobody else."""
    roles = ("scheduler", "worker", "client")
    keys = {f"tls_{role}_key": private for role in roles} | {f"tls_{role}_cert": certificate for role in roles}
    return Security(require_encryption=True, tls_ca_file=certificate, **keys)
