"""TLS as CloudFront terminates it: the certificate by the name asked for (SNI), versions and ciphers by policy.

Sources: CloudFront Developer Guide, "Use SNI to serve HTTPS requests", "Serve viewers that don't send SNI with a viewer
fallback" (without SNI the handshake is rejected) and "Supported protocols and ciphers between viewers and CloudFront".
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from slipway.cloud.internet.ca import OWN, Authority, Leaf
from slipway.cloud.internet.chain import meets
from slipway.cloud.internet.world import Certificate, Distribution, World
from slipway.cloud.provider.rules.record_sets import host

__all__ = ["ACCOUNT", "Terminator"]

ACCOUNT: ContextVar[str] = ContextVar("account", default="")
"""The AWS account for whose distribution this connection's handshake was made; empty if it was for none. asyncio runs
all that a connection does in one context, so what the handshake sets the requests on it can read."""

_REGION = "us-east-1"  # CloudFront takes ACM's certificates from there alone
_GCM = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"
_CHACHA = f"{_GCM}:ECDHE-ECDSA-CHACHA20-POLY1305"
_SHA2 = f"{_CHACHA}:ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA384"
_SHA1 = f"{_SHA2}:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA"
_NONE = "PSK-AES128-GCM-SHA256"  # Needs a key shared beforehand, and there is none.
# Which version a viewer must speak follows from the ciphers: OpenSSL settles the version before it names the host, but
# those of _SHA2 need TLS 1.2, and those of TLS 1.3 are always there.
_CIPHERS = {
    "TLSv1": _SHA1,
    "TLSv1_2016": _SHA1,
    "TLSv1.1_2016": _SHA1,
    "TLSv1.2_2018": _SHA2,
    "TLSv1.2_2019": _SHA2,
    "TLSv1.2_2021": _CHACHA,
    "TLSv1.2_2025": _GCM,
    "TLSv1.3_2025": _NONE,
}
_OWN_POLICY = "TLSv1"  # with CloudFront's own certificate, whatever the distribution says
_UNKNOWN_POLICY = _CHACHA


@dataclass(frozen=True, slots=True)
class Terminator:
    """Makes the contexts in which servers shake hands; of each certificate, one key and one context a policy."""

    authority: Authority
    _leaves: dict[tuple[str, Certificate], Leaf] = field(default_factory=dict)
    _contexts: dict[tuple[str, Certificate, str], ssl.SSLContext] = field(default_factory=dict)

    def serving(self, world: Callable[[], World]) -> ssl.SSLContext:
        """The context of one location's server; `world` is what the location holds at the moment."""

        def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
            if not name:
                return int(ssl.ALERT_DESCRIPTION_HANDSHAKE_FAILURE)
            now = world()
            distribution = meets(now, name)
            ACCOUNT.set(distribution.arn.split(":")[4] if distribution else "")
            context = self._of(now, distribution, name)
            if context is None:
                return int(ssl.ALERT_DESCRIPTION_HANDSHAKE_FAILURE)
            connection.context = context
            return None

        context = self._made(self._leaf("", OWN), _SHA1)
        context.sni_callback = choose
        return context

    def _of(self, world: World, distribution: Distribution | None, name: str) -> ssl.SSLContext | None:
        """The context for a name; None where the distribution has a certificate that cannot be served."""
        if distribution is None or distribution.domain == host(name) or distribution.certificate == "":
            return self._context("", OWN, _OWN_POLICY)
        arn = distribution.certificate
        if arn is None:  # IAM's are not modelled: they cover what they are used for.
            return self._context(distribution.id, Certificate(True, distribution.aliases), distribution.security)
        certificate = world.certificate(arn)
        if certificate is None or not certificate.issued or arn.split(":")[3] != _REGION:
            return None
        return self._context(arn, certificate, distribution.security)

    def _context(self, arn: str, certificate: Certificate, policy: str) -> ssl.SSLContext:
        key = (arn, certificate, policy)
        if key not in self._contexts:
            self._contexts[key] = self._made(self._leaf(arn, certificate), _CIPHERS.get(policy, _UNKNOWN_POLICY))
        return self._contexts[key]

    def _leaf(self, arn: str, certificate: Certificate) -> Leaf:
        key = (arn, certificate)
        if key not in self._leaves:
            self._leaves[key] = self.authority.leaf(certificate)
        return self._leaves[key]

    @staticmethod
    def _made(leaf: Leaf, ciphers: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers(f"{ciphers}:@SECLEVEL=0")  # TLS 1.0 and 1.1 need it
        context.set_alpn_protocols(["h2", "http/1.1"])
        # Every probe is to shake hands in full: a session that is taken up again would show no new certificate.
        context.num_tickets = 0
        context.options |= ssl.OP_NO_TICKET
        leaf.load(context)
        return context
