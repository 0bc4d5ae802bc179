"""A preview as a value: `read_plan` turns the engine's JSON into a frozen `Plan`. No engine, no network, no clock."""

from __future__ import annotations

from slipway.plan.document import one_line
from slipway.plan.model import AnyStep, Op, Plan, State, Step, UnknownStep
from slipway.plan.operations import Act, Operation, end, operations_of, start
from slipway.plan.order import Order, order_of
from slipway.plan.read import read_plan
from slipway.plan.urn import ROOT_STACK_TYPE, parse_urn, provider_urn, urn_name
from slipway.plan.values import SECRET, Secret, Unknown, UnknownKind, Value, is_internal, leaves

__all__ = [
    "ROOT_STACK_TYPE",
    "SECRET",
    "Act",
    "AnyStep",
    "Op",
    "Operation",
    "Order",
    "Plan",
    "Secret",
    "State",
    "Step",
    "Unknown",
    "UnknownKind",
    "UnknownStep",
    "Value",
    "end",
    "is_internal",
    "leaves",
    "one_line",
    "operations_of",
    "order_of",
    "parse_urn",
    "provider_urn",
    "read_plan",
    "start",
    "urn_name",
]
