"""ACM's certificates: PENDING_VALIDATION until each validation record resolves, and for the issuance more; then ISSUED.

Once issued they stay so when the records go: only the next renewal needs them. A name that was found once needs not be
found again. Source: ACM User Guide, "DNS validation"; ACM API Reference, CertificateDetail (a pending certificate has
no IssuedAt, NotBefore, NotAfter). Certificates of email validation stay pending here, as nobody reads that mail;
imported ones and a private authority's are issued at once.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any, TypeAlias

from ministack.services import acm

from slipway.cloud import clock
from slipway.cloud.ministack import validation
from slipway.cloud.ministack.home import directory
from slipway.cloud.ministack.journal import Journal

__all__ = ["Issuance", "install"]

_PENDING, _ISSUED, _FOUND = "PENDING_VALIDATION", "ISSUED", "SUCCESS"
_READY = "_slipway_ready"  # the Unix time at which a certificate whose names are all found is issued
_LOOK = 0.1  # seconds between looks at what may be due
_RARER = 0.05  # of its age: a certificate that has waited long is looked at less often
_DATES = ("IssuedAt", "NotBefore", "NotAfter")
log = logging.getLogger(__name__)

Certificate: TypeAlias = dict[str, Any]
"""A certificate as MiniStack keeps it."""


class Issuance:
    """Looks after the certificates that are pending, whether or not anyone asks for them."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._next: dict[str, float] = {}
        self._watching: asyncio.Task[None] | None = None

    def begin(self, certificate: Certificate) -> None:
        """A certificate was requested."""
        certificate["Status"] = _PENDING
        for option in certificate["DomainValidationOptions"]:
            option["ValidationStatus"] = _PENDING
        if self._watching is None or self._watching.done():
            self._watching = asyncio.get_running_loop().create_task(self._watch())

    async def look(self, certificates: Iterable[Certificate]) -> None:
        """Ask for the validation records that were not found yet, and issue what is due."""
        pending = [each for each in certificates if each["Status"] == _PENDING]
        open_ = [(each, option) for each in pending for option in _open(each)]
        found = await validation.resolved(directory(), {_proof(option) for _, option in open_}) if open_ else set()
        for _, option in open_:
            if _proof(option) in found:
                option["ValidationStatus"] = _FOUND
        for certificate in pending:
            if _READY not in certificate and not _missing(certificate):
                now = clock.read(directory())
                certificate[_READY] = time.time() + now.real(now.durations.issuance)
        self.settle()

    def settle(self) -> None:
        """Issue what is due."""
        now = time.time()
        for certificate in pending():
            if certificate.get(_READY, now + 1) <= now:
                certificate.update(Status=_ISSUED, IssuedAt=_text(now), NotBefore=_text(now))
                self._journal.record("acm", certificate["CertificateArn"])

    async def _watch(self) -> None:
        self._next.clear()
        while standing := pending():
            now = time.time()
            due = [each for each in standing if self._next.get(each["CertificateArn"], 0) <= now]
            try:
                await self.look(due)
            except Exception:  # a look that fails must not be the last one
                log.exception("bug while looking for validation records")
            for each in due:
                age = now - acm._epoch(each["CreatedAt"])
                self._next[each["CertificateArn"]] = now + max(_LOOK, _RARER * age)
            self.settle()
            await asyncio.sleep(_LOOK)


def pending() -> list[Certificate]:
    """Every certificate that is not issued."""
    return [each for each in list(acm._certificates._data.values()) if each["Status"] == _PENDING]


def install(issuance: Issuance) -> None:
    """Let MiniStack issue certificates when it is time."""
    request: Callable[[dict[str, Any]], Any] = acm._request_certificate
    shape: Callable[[Certificate], Certificate] = acm._cert_shape

    def requested(data: dict[str, Any]) -> Any:
        answer = request(data)
        if answer[0] == 200 and not data.get("CertificateAuthorityArn"):
            issuance.begin(acm._certificates[json.loads(answer[2])["CertificateArn"]])
        return answer

    def shown(certificate: Certificate) -> Certificate:
        whole = shape(certificate)
        return {key: each for key, each in whole.items() if whole["Status"] != _PENDING or key not in _DATES}

    acm._request_certificate = requested
    acm._cert_shape = shown
    _look_when_asked(issuance)


def _look_when_asked(issuance: Issuance) -> None:
    handle: Callable[..., Awaitable[Any]] = acm.handle_request

    async def handled(method: str, path: str, headers: dict[str, str], body: bytes, *rest: Any) -> Any:
        issuance.settle()
        if headers.get("x-amz-target", "").endswith(".DescribeCertificate"):
            await issuance.look(each for each in pending() if each["CertificateArn"].encode() in body)
        return await handle(method, path, headers, body, *rest)

    acm.handle_request = handled


def _open(certificate: Certificate) -> list[dict[str, Any]]:
    """The validation options whose record was looked for in vain so far."""
    return [each for each in _missing(certificate) if each["ValidationMethod"] == "DNS"]


def _missing(certificate: Certificate) -> list[dict[str, Any]]:
    return [each for each in certificate["DomainValidationOptions"] if each["ValidationStatus"] != _FOUND]


def _proof(option: dict[str, Any]) -> validation.Proof:
    record = option["ResourceRecord"]
    return validation.name(record["Name"]), validation.name(record["Value"])


def _text(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
