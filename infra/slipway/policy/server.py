"""The policy pack as the engine sees it: a plugin that speaks the analyzer protocol (pulumi/proto, analyzer.proto)."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from concurrent import futures
from contextlib import suppress
from typing import Any, TypeAlias

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2

from slipway import __version__
from slipway.errors import SlipwayError
from slipway.policy.judge import Finding, judge_resource, judge_stack
from slipway.policy.model import Level
from slipway.policy.rules import RESOURCE_RULES, RULES, STACK_RULES, Rule
from slipway.policy.wire import resource_of, stack_of

__all__ = ["Servicer", "serve"]

# The protocol's number for a level.
_Enforcement: TypeAlias = "analyzer_pb2.EnforcementLevel.ValueType"
_PACK = "slipway"
_GUARDED = "slipway:guarded"
_SCOPES = ((RESOURCE_RULES, analyzer_pb2.POLICY_TYPE_RESOURCE), (STACK_RULES, analyzer_pb2.POLICY_TYPE_STACK))


class Servicer(analyzer_pb2_grpc.AnalyzerServicer):
    """One instance a plugin process, for one preview or update of one stack.

    The engine tells the stack's configuration first, then asks for the rules and their levels, then sets the levels:
    ours, or what `--policy-pack-config` says instead. An engine that skips a step leaves the stack guarded.
    """

    def __init__(self) -> None:
        self._guarded = True
        self._levels: dict[str, _Enforcement] = {}

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802 names of the protocol
        return analyzer_pb2.AnalyzerHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version=__version__)

    def ConfigureStack(self, request: Any, context: Any) -> Any:  # noqa: N802
        # The program itself refuses anything but true and false; a program that is not ours need not have the key.
        self._guarded = request.config.get(_GUARDED, "false").strip().lower() != "false"
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def GetAnalyzerInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        policies = [
            analyzer_pb2.PolicyInfo(
                name=rule.ID,
                displayName=rule.TITLE,
                description=f"{rule.TITLE}. {rule.WHY}",
                enforcementLevel=self._level(rule),
                policy_type=scope,
            )
            for rules, scope in _SCOPES
            for rule in rules
        ]
        return analyzer_pb2.AnalyzerInfo(
            name=_PACK, displayName="Slipway", version=__version__, supportsConfig=True, policies=policies
        )

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        known = {rule.ID for rule in RULES}
        if unknown := sorted(set(request.policyConfig) - known - {"all"}):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"no such rule: {', '.join(unknown)}")
        self._levels = {name: config.enforcementLevel for name, config in request.policyConfig.items()}
        return empty_pb2.Empty()

    def Analyze(self, request: Any, context: Any) -> Any:  # noqa: N802
        rules = [rule for rule in RESOURCE_RULES if self._is_on(rule)]
        return _response(self._diagnostics(judge_resource(_read(context, resource_of, request), rules)))

    def AnalyzeStack(self, request: Any, context: Any) -> Any:  # noqa: N802
        rules = [rule for rule in STACK_RULES if self._is_on(rule)]
        return _response(self._diagnostics(judge_stack(_read(context, stack_of, request.resources), rules)))

    def Remediate(self, request: Any, context: Any) -> Any:  # noqa: N802
        return analyzer_pb2.RemediateResponse()

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()

    def _level(self, rule: Rule) -> _Enforcement:
        ours = analyzer_pb2.ADVISORY if rule.LEVEL is Level.GUARDED and not self._guarded else analyzer_pb2.MANDATORY
        level = self._levels.get(rule.ID, ours)
        # There is nothing that this pack puts right by itself.
        return analyzer_pb2.MANDATORY if level == analyzer_pb2.REMEDIATE else level

    def _is_on(self, rule: Rule) -> bool:
        return self._level(rule) != analyzer_pb2.DISABLED

    def _diagnostics(self, findings: Iterable[Finding]) -> list[Any]:
        return [
            analyzer_pb2.AnalyzeDiagnostic(
                policyName=finding.rule.ID,
                policyPackName=_PACK,
                policyPackVersion=__version__,
                description=finding.rule.TITLE,
                message=finding.text,
                enforcementLevel=analyzer_pb2.MANDATORY if finding.broken else self._level(finding.rule),
                urn=finding.urn,
            )
            for finding in findings
        ]


def _read(context: Any, reader: Any, message: Any) -> Any:
    try:
        return reader(message)
    except SlipwayError as error:
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, error.message)


def _response(diagnostics: list[Any]) -> Any:
    return analyzer_pb2.AnalyzeResponse(diagnostics=diagnostics)


def serve() -> None:
    """Serve until the engine ends the plugin. Prints the port first, as the plugin protocol demands."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), options=_GRPC_CHANNEL_OPTIONS)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Servicer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    # The engine interrupts a pack when it is done with it.
    with suppress(KeyboardInterrupt):
        server.wait_for_termination()
    server.stop(None)
