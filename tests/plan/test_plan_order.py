"""The order against a small model of the engine that walks every run, and the rules one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from slipway.errors import BadInput
from slipway.plan import Op, Operation, Order, Plan, State, Step, end, order_of, read_plan, start

CASES = Path(__file__).parents[1] / "cases"


def thing(name: str, *after: str, **fields: object) -> State:
    """A resource that depends on others by its inputs."""
    edges = {"input": after} if after else {}
    given: dict = {"type": "aws:s3/bucket:Bucket", "raw_id": f"{name}-1", "dependencies": after, **fields}
    return State(name, **{"property_dependencies": edges, **given})


def component(name: str, **fields: object) -> State:
    return structs.replace(thing(name, **fields), custom=False, type="group")


def plan(*steps: Step) -> Plan:
    return Plan("project", "stack", steps, (), "")


def create(state: State) -> Step:
    return Step(Op.CREATE, state.urn, None, state)


def update(old: State, new: State | None = None) -> Step:
    return Step(Op.UPDATE, old.urn, old, new or old)


def same(state: State) -> Step:
    return Step(Op.SAME, state.urn, state, state)


def delete(state: State) -> Step:
    return Step(Op.DELETE, state.urn, state)


def created_first(old: State, new: State | None = None) -> tuple[Step, Step]:
    return Step(Op.CREATE_REPLACEMENT, old.urn, old, new or old), Step(Op.REPLACE, old.urn, old, new or old)


def deleted(old: State) -> Step:
    return Step(Op.DELETE_REPLACED, old.urn, old)


def deleted_at_last(old: State) -> Step:
    """The engine has marked a resource for deletion when its replacement was created."""
    return Step(Op.DELETE_REPLACED, old.urn, structs.replace(old, delete=True))


def created_again(old: State, new: State | None = None, *, because: str = "key") -> tuple[Step, Step]:
    reasons = (because,) if because else ()
    return (
        Step(Op.REPLACE, old.urn, old, new or old, reasons, reasons),
        Step(Op.CREATE_REPLACEMENT, old.urn, old, new or old),
    )


def line(order: Order) -> set[tuple[str, str]]:
    """The pairs of operations of which the first is surely done before the second begins."""
    return {(words(a), words(b)) for a in order.operations for b in order.operations if order.before(end(a), start(b))}


def words(operation: Operation) -> str:
    return f"{operation.act.value} {operation.urn}"


# --- Registration -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "edge",
    [
        {"dependencies": ("a",)},
        {"property_dependencies": {"input": ("a",)}},
        {"parent": "a"},
        {"provider": "a::id"},
        {"deleted_with": "a"},
        {"replace_with": ("a",)},
    ],
)
def test_a_create_waits_for_everything_its_new_state_depends_on(edge: dict) -> None:
    """Whatever kind of dependency it is: the program needs the other's registration to name it."""
    assert line(order_of(plan(update(thing("a")), create(thing("b", **edge))))) == {("update a", "create b")}


def test_independent_operations_are_not_ordered_by_their_place_in_the_plan() -> None:
    """The engine runs them side by side."""
    assert line(order_of(plan(create(thing("a")), create(thing("b"))))) == set()


def test_order_is_carried_through_steps_that_do_nothing() -> None:
    """A component, a provider or an unchanged resource is registered when all that it depends on is done."""
    steps = plan(
        create(thing("a")), create(component("group", dependencies=("a",))), create(thing("b", parent="group"))
    )
    assert line(order_of(steps)) == {("create a", "create b")}


def test_dropped_dependencies_order_no_update() -> None:
    """The old state's edges say nothing about creates and updates."""
    steps = plan(update(thing("a")), update(thing("b", "a"), thing("b")))
    assert line(order_of(steps)) == set()


# --- Waves ------------------------------------------------------------------------------------------------------------


def test_deletes_wait_for_all_creates_and_updates() -> None:
    """Also for those they have nothing to do with."""
    steps = plan(
        create(thing("a")),
        *created_first(thing("b")),
        update(thing("c")),
        deleted_at_last(thing("b")),
        delete(thing("d")),
    )
    early, late = {"create a", "create b", "update c"}, {"delete b", "delete d"}
    assert line(order_of(steps)) == {(x, y) for x in early for y in late}


def test_dependents_are_deleted_before_what_they_depend_on() -> None:
    """By the old state."""
    steps = plan(delete(thing("c", "b")), delete(thing("b", "a")), delete(thing("a")))
    assert line(order_of(steps)) == {("delete c", "delete b"), ("delete c", "delete a"), ("delete b", "delete a")}


def test_deletes_of_unrelated_resources_run_wave_by_wave() -> None:
    """The engine waits for a whole wave before it begins the next."""
    steps = plan(delete(thing("b", "a")), delete(thing("d", "c")), delete(thing("a")), delete(thing("c")))
    assert {("delete b", "delete c"), ("delete d", "delete a")} <= line(order_of(steps))


def test_what_stays_orders_no_deletes() -> None:
    """The engine looks at direct dependencies among the condemned only."""
    middle = thing("b", "a")
    steps = plan(same(structs.replace(middle, dependencies=())), delete(thing("c", "b")), delete(thing("a")))
    assert line(order_of(steps)) == set()


def test_a_component_that_is_deleted_takes_its_place_in_the_waves() -> None:
    """Its delete does nothing, but takes a wave of its own."""
    steps = plan(
        delete(thing("b", parent="group")), delete(component("group", dependencies=("a",))), delete(thing("a"))
    )
    assert line(order_of(steps)) == {("delete b", "delete a")}


def test_who_depends_on_a_component_goes_before_what_is_inside() -> None:
    """Also if the component itself stays."""
    inside = thing("inside", parent="inner")
    steps = plan(
        same(component("outer")),
        same(component("inner", parent="outer")),
        delete(thing("user", "outer")),
        delete(inside),
    )
    assert line(order_of(steps)) == {("delete user", "delete inside")}


def test_a_delete_of_an_old_generation_runs_in_the_waves_of_today() -> None:
    """A leftover of an interrupted apply that the plan deletes before its dependent is no contradiction."""
    leftover = structs.replace(thing("a"), raw_id="a-0", delete=True)
    steps = plan(Step(Op.DELETE_REPLACED, "a", leftover), delete(thing("b", "a")))
    assert line(order_of(steps)) == set()


def test_a_default_provider_that_may_go_leaves_open_what_its_wave_would_decide() -> None:
    """Its delete is not printed, and puts all resources of its package one wave higher."""
    default = "urn:pulumi:s::p::pulumi:providers:aws::default::id"
    steps = plan(
        delete(thing("a", parent="group", provider=default)),
        delete(thing("b", provider=default)),
        delete(component("group")),
        delete(thing("c", provider="other::id")),
        delete(thing("other", type="pulumi:providers:other")),
    )
    assert line(order_of(steps)) == set()
    kept = plan(same(thing("d", provider=default)), *steps.steps)
    assert line(order_of(kept)) == {("delete a", "delete b"), ("delete c", "delete b")}


# --- Chains -----------------------------------------------------------------------------------------------------------


def test_delete_first_puts_the_delete_before_its_create_and_before_nothing_else() -> None:
    """A delete-first replacement is not ordered after creates it does not depend on."""
    steps = plan(create(thing("a")), deleted(thing("b")), *created_again(thing("b")), create(thing("c")))
    assert line(order_of(steps)) == {("delete b", "create b")}


def test_delete_first_waits_for_what_the_new_state_depends_on() -> None:
    """The engine deletes only once the resource is registered."""
    new = thing("b", "a")
    steps = plan(create(thing("a")), deleted(thing("b")), *created_again(thing("b"), new))
    assert line(order_of(steps)) == {("create a", "delete b"), ("delete b", "create b"), ("create a", "create b")}


def test_dependents_dragged_along_are_deleted_first_one_after_the_other() -> None:
    """In the plan's order, whether or not one depends on the other."""
    steps = plan(
        deleted(thing("c", "a")),
        deleted(thing("b", "a")),
        deleted(thing("a")),
        *created_again(thing("a")),
        *created_again(thing("b", "a"), because=""),
        *created_again(thing("c", "a"), because=""),
    )
    line_ = ["delete c", "delete b", "delete a", "create a"]
    expected = {(x, y) for i, x in enumerate(line_) for y in line_[i + 1 :]}
    expected |= {(x, y) for x in line_ for y in ("create b", "create c")}
    assert line(order_of(steps)) == expected


def test_a_dragged_resource_that_depends_no_more_may_be_created_before_it_is_deleted() -> None:
    """Nothing joins the two but the new state's dependencies."""
    steps = plan(
        deleted(thing("b", "a")),
        deleted(thing("a")),
        *created_again(thing("a")),
        *created_again(thing("b", "a"), thing("b"), because=""),
    )
    order = line(order_of(steps))
    assert ("delete b", "create a") in order
    assert ("delete b", "create b") not in order


def test_a_dragged_resource_that_the_program_no_longer_has_takes_a_wave() -> None:
    """At the end the engine takes it out of the state, in a step that previews do not print."""
    steps = plan(
        deleted(thing("b", "a")),
        deleted(thing("a")),
        *created_again(thing("a")),
        delete(thing("c", "b")),
        delete(thing("d")),
    )
    assert ("delete c", "delete d") in line(order_of(steps))


def test_a_replacement_whose_delete_an_earlier_apply_did_still_drags_its_dependents() -> None:
    """The engine prints no delete for it."""
    gone = structs.replace(thing("a"), pending_replacement=True)
    steps = plan(deleted(thing("b", "a")), *created_again(gone), *created_again(thing("b", "a"), because=""))
    assert line(order_of(steps)) == {
        ("delete b", "create a"),
        ("delete b", "create b"),
        ("create a", "create b"),
    }


# --- Shrunk plans and the shape of answers ----------------------------------------------------------------------------


def test_what_is_left_out_takes_no_wave() -> None:
    """If a replacement turns out to be none, the deletes behind it move up."""
    steps = plan(delete(thing("d", "c")), delete(thing("c")), delete(thing("b", "a")), delete(thing("a")))
    full, shrunk = order_of(steps), order_of(steps, left_out={1})
    d, _, b, a = full.operations
    assert full.before(end(d), start(a))
    assert not shrunk.before(end(d), start(a))
    assert shrunk.before(end(b), start(d))


def test_what_is_left_out_still_carries_the_order_of_creates() -> None:
    """The resource is registered all the same."""
    steps = plan(create(thing("a")), update(thing("b", "a")), create(thing("c", "b")))
    order = order_of(steps, left_out={1})
    a, _, c = order.operations
    assert order.before(end(a), start(c))


def test_a_run_ends_with_the_operations_that_are_only_begun() -> None:
    """The shortest run to a start holds no end of the same operation."""
    order = order_of(plan(create(thing("a")), create(thing("b", "a")), create(thing("c"))))
    a, b, c = order.operations
    assert order.run_to([start(b)]) == (start(a), end(a), start(b))
    assert order.run_to([start(b), end(c)]) == (start(a), end(a), start(c), end(c), start(b))


def test_a_run_without_what_it_needs_is_none() -> None:
    """No run reaches an event without those that precede it."""
    order = order_of(plan(create(thing("a")), create(thing("b", "a"))))
    a, b = order.operations
    assert order.run_to([start(b)], without=[end(a)]) == ()
    assert order.run_to([start(b)], without=[end(b)]) == (start(a), end(a), start(b))


@pytest.mark.parametrize(
    "steps",
    [
        (create(thing("a", "b")), create(thing("b", "a"))),
        (create(thing("a", "a")),),
        (create(thing("a")), update(thing("a"))),
        (delete(thing("a", "b")), delete(thing("b", "a"))),
    ],
)
def test_impossible_previews_are_refused_in_one_line(steps: tuple[Step, ...]) -> None:
    """Circles and double registrations: no engine prints them."""
    with pytest.raises(BadInput) as caught:
        order_of(plan(*steps))
    assert "\n" not in caught.value.message


def test_the_order_of_captured_previews_is_a_partial_order() -> None:
    """For every case of the corpus: pasts are closed, and end with the event itself."""
    for path in CASES.glob("*/preview.json"):
        order = order_of(read_plan(path.read_text()))
        for event in range(2 * len(order.operations)):
            past = order.past(event)
            assert past[-1] == event
            assert set(past) == {other for other in range(2 * len(order.operations)) if order.before(other, event)}


def test_chains_longer_than_the_stack_are_ordered() -> None:
    """Each question about a chain of 5,000 resources is answered, without recursion."""
    order = order_of(plan(*(create(thing(f"r{n}", *([f"r{n - 1}"] if n else []))) for n in range(5_000))))
    assert order.before(0, 9_999)
    assert not order.before(9_999, 0)
    assert order.past(9_999) == tuple(range(10_000))


def test_five_thousand_resources_behind_one_are_ordered() -> None:
    """All wait for the one, none for another, and the deletes for all."""
    many = [create(thing(f"r{n}", "hub")) for n in range(5_000)]
    order = order_of(plan(update(thing("hub")), *many, delete(thing("gone"))))
    assert all(order.before(1, 2 * n) for n in range(1, 5_001))
    assert not any(order.before(3, 2 * n) for n in range(2, 5_001))
    assert len(order.past(2 * 5_001)) == 2 * 5_001 + 1


# --- Every run of a small model of the engine -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A resource of a random program. `fate` is what the edit does to it; one that is `bound` must be replaced when
    something that its inputs come from is."""

    old: tuple[int, ...]
    new: tuple[int, ...]
    fate: str
    bound: bool


@st.composite
def programs(draw: st.DrawFn) -> tuple[Part, ...]:
    parts: list[Part] = []
    fates = st.sampled_from(["same", "create", "update", "first", "last", "last", "gone"])
    for number in range(draw(st.integers(1, 5))):
        fate = draw(fates)
        present = [n for n in range(number) if parts[n].fate != "gone"]
        past = [n for n in range(number) if parts[n].fate != "create"]
        some = st.lists(st.sampled_from(past), unique=True, max_size=2) if past else st.just([])
        old = () if fate == "create" else tuple(draw(some))
        extra = draw(st.lists(st.sampled_from(present), unique=True, max_size=2)) if present else []
        parts.append(Part(old, () if fate == "gone" else tuple(extra), fate, draw(st.booleans())))
    return _still_dependent(tuple(parts))


def _still_dependent(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Who is dragged along still depends on the root: else it may be registered first, and the apply takes other steps
    than the preview."""
    for root, part in enumerate(parts):
        pulled = Model(parts).dragged(root, frozenset(), frozenset()) if part.fate == "last" else []
        parts = tuple(
            replace(each, new=tuple({*each.new, root})) if number in pulled and each.fate != "gone" else each
            for number, each in enumerate(parts)
        )
    return parts


class Model:
    """The engine in small: which events may come next. A state is (registrations, chains, events done)."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self.parts = parts

    def dragged(self, root: int, registered: frozenset[int], gone: frozenset[int]) -> list[int]:
        replaced, found = {root}, []
        for number in range(root + 1, len(self.parts)):
            part = self.parts[number]
            if part.bound and replaced & set(part.old) and number not in registered and part.fate != "create":
                replaced.add(number)
                found.append(number)
        return [number for number in reversed(found) if number not in gone]

    def chain(self, number: int, registered: frozenset[int], gone: frozenset[int]) -> tuple[str, ...]:
        """What the engine does when this resource is registered."""
        fate = self.parts[number].fate
        if number in gone:
            return (f"create {number}",)
        if fate == "last":
            deletes = [*self.dragged(number, registered, gone), number]
            return (*(f"delete {each}" for each in deletes), f"create {number}")
        return {"same": (), "update": (f"update {number}",)}.get(fate, (f"create {number}",))

    def waves(self, gone: frozenset[int]) -> list[set[int]]:
        """The late deletes. What was dragged along and is not in the program any more takes its place, unseen."""
        condemned = {
            n for n, part in enumerate(self.parts) if part.fate == "gone" or (part.fate == "first" and n not in gone)
        }
        waves: list[set[int]] = []
        while condemned:
            waves.append({n for n in condemned if not condemned & set(self.parts[n].old)})
            condemned -= waves[-1]
        return [wave - gone for wave in reversed(waves)]

    def states(self) -> set[frozenset[str]]:
        """The events done in every state that some run passes through."""
        first = (frozenset[int](), frozenset[tuple[str, ...]](), frozenset[str]())
        seen, todo = {first}, [first]
        while todo:
            for following in self.following(*todo.pop()):
                if following not in seen:
                    seen.add(following)
                    todo.append(following)
        return {done for _, _, done in seen}

    def following(
        self, registered: frozenset[int], chains: frozenset[tuple[str, ...]], done: frozenset[str]
    ) -> Iterator[tuple[frozenset[int], frozenset[tuple[str, ...]], frozenset[str]]]:
        gone = frozenset(int(op.split()[1]) for chain in chains for op in chain if op.startswith("delete"))
        finished = {
            n for n in registered if all(f"{op} end" in done for c in chains for op in c if op == f"create {n}")
        }
        finished = {
            n for n in finished if f"update {n}" not in {op for c in chains for op in c} or f"update {n} end" in done
        }
        staying = [n for n, part in enumerate(self.parts) if part.fate != "gone"]
        for number in staying:
            if number not in registered and finished.issuperset(self.parts[number].new):
                chain = self.chain(number, registered, gone)
                yield registered | {number}, chains | ({chain} if chain else set()), done
        for chain in chains:
            yield from ((registered, chains, done | {event}) for event in _next(chain, done))
        if len(registered) == len(staying) and all(f"{op} end" in done for chain in chains for op in chain):
            for wave in self.waves(gone):
                deletes = [f"delete {number}" for number in wave]
                for op in deletes:
                    yield from ((registered, chains, done | {event}) for event in _next((op,), done))
                if not all(f"{op} end" in done for op in deletes):
                    break

    def plan(self) -> Plan:
        """What the engine prints: the program is registered line by line."""
        early: list[Step] = []
        gone: frozenset[int] = frozenset()
        for number, part in enumerate(self.parts):
            if part.fate == "gone":
                continue
            chain = self.chain(number, frozenset(range(number)), gone)
            deletes = [int(op.split()[1]) for op in chain if op.startswith("delete")]
            early += [deleted(self.old(each)) for each in deletes]
            early += self.registration(number, part.fate, number in gone)
            gone |= set(deletes)
        late = [
            deleted_at_last(self.old(n)) if self.parts[n].fate == "first" else delete(self.old(n))
            for wave in self.waves(gone)
            for n in wave
        ]
        return plan(*early, *late)

    def registration(self, number: int, fate: str, dragged: bool) -> tuple[Step, ...]:
        old, new = self.old(number), thing(str(number), *map(str, self.parts[number].new))
        if dragged:
            return created_again(old, new, because="")
        match fate:
            case "same":
                return (Step(Op.SAME, old.urn, old, new),)
            case "update":
                return (update(old, new),)
            case "create":
                return (create(new),)
            case "first":
                return created_first(old, new)
            case _:
                return created_again(old, new)

    def old(self, number: int) -> State:
        return thing(str(number), *map(str, self.parts[number].old))


def _next(chain: tuple[str, ...], done: frozenset[str]) -> Iterator[str]:
    for op in chain:
        for event in (f"{op} start", f"{op} end"):
            if event not in done:
                yield event
                return


def _events(order: Order) -> dict[str, int]:
    numbers = count()
    return {f"{words(op)} {word}": next(numbers) for op in order.operations for word in ("start", "end")}


def _one_root_each(parts: tuple[Part, ...]) -> bool:
    """Whether no resource could be dragged along by either of two delete-first replacements."""
    model = Model(parts)
    nobody: frozenset[int] = frozenset()
    pulled = [n for root, part in enumerate(parts) if part.fate == "last" for n in model.dragged(root, nobody, nobody)]
    return len(pulled) == len(set(pulled))


@given(programs())
def test_before_means_in_every_run_of_the_model(parts: tuple[Part, ...]) -> None:
    """Event a precedes b exactly if no reachable state holds b without a; pasts are the smallest reachable states."""
    model = Model(parts)
    order = order_of(model.plan())
    numbers = _events(order)
    states = [{numbers[event] for event in done} for done in model.states()]
    for b in numbers.values():
        holding = [state for state in states if b in state]
        always = set.intersection(*holding) if holding else set()
        claimed = {a for a in numbers.values() if order.before(a, b)}
        assert claimed <= always, "the order claims more than the engine keeps"
        assert set(order.past(b)) == claimed
        if _one_root_each(parts):
            assert claimed == always, "the order misses what the engine keeps"


@given(programs(), st.data())
def test_runs_are_runs_of_the_model(parts: tuple[Part, ...], data: st.DataObject) -> None:
    """Every prefix of the run to some events is a state that the engine may be in, and no shorter run has them."""
    model = Model(parts)
    order = order_of(model.plan())
    numbers = _events(order)
    if not numbers or not _one_root_each(parts):
        return
    states = {frozenset(numbers[event] for event in done) for done in model.states()}
    wanted = data.draw(st.lists(st.sampled_from(sorted(numbers.values())), min_size=1, max_size=3))
    run = order.run_to(wanted)
    assert all(frozenset(run[:length]) in states for length in range(len(run) + 1))
    assert len(run) == min(len(state) for state in states if state.issuperset(wanted))


@st.composite
def hostile_steps(draw: st.DrawFn) -> Step:
    urns = st.sampled_from(["a", "b", "c"])
    some = st.lists(urns, max_size=2, unique=True).map(tuple)
    state = st.builds(
        State,
        urn=urns,
        type=st.sampled_from(["thing", "pulumi:providers:aws"]),
        custom=st.booleans(),
        raw_id=st.sampled_from(["1", "2", ""]),
        dependencies=some,
        property_dependencies=st.fixed_dictionaries({"input": some}),
        parent=st.sampled_from(["", "a", "b"]),
        provider=st.sampled_from(["", "c::1", "gone::1", "not a reference"]),
        replace_with=some,
        delete=st.booleans(),
        pending_replacement=st.booleans(),
    )
    either = st.none() | state
    return Step(draw(st.sampled_from(Op)), draw(urns), draw(either), draw(either), (), draw(some))


@given(st.lists(hostile_steps(), max_size=8))
def test_any_steps_are_ordered_or_refused(steps: list[Step]) -> None:
    """Never a traceback, and never anything but a partial order with runs that keep it."""
    try:
        order = order_of(plan(*steps))
    except BadInput:
        return
    for event in range(2 * len(order.operations)):
        run = order.past(event)
        assert set(run) == {other for other in range(2 * len(order.operations)) if order.before(other, event)}
        assert all(set(order.past(each)) <= set(run[: at + 1]) for at, each in enumerate(run))
