"""Which steps of a plan act on the world, and how the halves of a replacement find each other."""

from __future__ import annotations

from msgspec.structs import replace

from slipway.plan import Act, Op, Plan, State, Step, UnknownStep, end, operations_of, start

THING = State("urn:thing", "aws:s3/bucket:Bucket", raw_id="thing-1")


def plan(*steps: Step | UnknownStep) -> Plan:
    return Plan("project", "stack", steps, (), "")


def test_operations_are_numbered_in_the_engines_order() -> None:
    """Steps that do nothing take no number, and each operation has two events of its own."""
    found = operations_of(
        plan(
            Step(Op.CREATE, "urn:a", None, THING),
            Step(Op.SAME, "urn:b", THING, THING),
            Step(Op.UPDATE, "urn:c", THING, THING),
            Step(Op.DELETE, "urn:d", THING),
        )
    )
    assert [(each.index, each.act, each.urn) for each in found] == [
        (0, Act.CREATE, "urn:a"),
        (1, Act.UPDATE, "urn:c"),
        (2, Act.DELETE, "urn:d"),
    ]
    assert [event for each in found for event in (start(each), end(each))] == [0, 1, 2, 3, 4, 5]


def test_an_operation_holds_what_it_finds_and_what_it_leaves() -> None:
    """A create finds nothing, a delete leaves nothing."""
    new = replace(THING, raw_id="thing-2")
    created, updated, deleted = operations_of(
        plan(
            Step(Op.CREATE_REPLACEMENT, "urn:thing", THING, new),
            Step(Op.UPDATE, "urn:thing", THING, new),
            Step(Op.DELETE_REPLACED, "urn:thing", THING),
        )
    )
    assert (created.old, created.new) == (None, new)
    assert (updated.old, updated.new) == (THING, new)
    assert (deleted.old, deleted.new) == (THING, None)


def test_steps_that_only_move_state_act_on_nothing() -> None:
    """Only create, update and delete, in both their forms, ask a provider to change something."""
    acting = {Op.CREATE, Op.CREATE_REPLACEMENT, Op.UPDATE, Op.DELETE, Op.DELETE_REPLACED}
    idle = [Step(op, "urn:thing", THING, THING) for op in Op if op not in acting]
    assert operations_of(plan(*idle, UnknownStep("conjure", "urn:thing"))) == ()


def test_components_providers_views_and_external_resources_are_no_operations() -> None:
    """They exist in the engine's state alone, or belong to somebody else."""
    idle = [
        replace(THING, custom=False),
        replace(THING, type="pulumi:providers:aws"),
        replace(THING, view_of="urn:owner"),
        replace(THING, external=True),
    ]
    steps = [Step(Op.CREATE, "urn:thing", None, state) for state in idle]
    steps += [Step(Op.DELETE, "urn:thing", state) for state in idle]
    assert operations_of(plan(*steps)) == ()


def test_a_retained_resource_is_not_deleted() -> None:
    """`retainOnDelete` turns a delete into nothing, but not a create or an update."""
    kept = replace(THING, retain_on_delete=True)
    found = operations_of(
        plan(
            Step(Op.UPDATE, "urn:thing", kept, kept),
            Step(Op.DELETE, "urn:thing", kept),
            Step(Op.CREATE, "u", None, kept),
        )
    )
    assert [each.act for each in found] == [Act.UPDATE, Act.CREATE]


def test_the_halves_of_a_replacement_are_partners() -> None:
    """Whichever of them the engine does first."""
    created = Step(Op.CREATE_REPLACEMENT, "urn:thing", THING, replace(THING, raw_id=""))
    deleted = Step(Op.DELETE_REPLACED, "urn:thing", THING)
    for steps in ((created, deleted), (deleted, created)):
        assert [each.partner for each in operations_of(plan(*steps))] == [1, 0]


def test_a_delete_left_over_from_an_earlier_apply_has_no_partner() -> None:
    """The URN is the same, the id is not."""
    leftover = Step(Op.DELETE_REPLACED, "urn:thing", replace(THING, raw_id="thing-0", delete=True))
    created = Step(Op.CREATE_REPLACEMENT, "urn:thing", THING, replace(THING, raw_id=""))
    deleted = Step(Op.DELETE_REPLACED, "urn:thing", THING)
    assert [each.partner for each in operations_of(plan(created, leftover, deleted))] == [2, None, 0]


def test_a_replacement_under_a_new_urn_finds_its_partner() -> None:
    """A resource that was renamed with an alias is deleted under its old URN."""
    created = Step(Op.CREATE_REPLACEMENT, "urn:renamed", THING, replace(THING, urn="urn:renamed", raw_id=""))
    deleted = Step(Op.DELETE_REPLACED, "urn:thing", THING)
    assert [each.partner for each in operations_of(plan(created, deleted))] == [1, 0]
