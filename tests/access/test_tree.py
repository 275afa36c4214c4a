"""The tree under the audit log agrees with RFC 6962."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opennrm.access.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    continues,
    frontier_of,
    includes,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
)

BODIES = st.lists(st.binary(max_size=4), max_size=40)


def naive_root(bodies: list[bytes]) -> bytes:
    if not bodies:
        return sha256(b"").digest()
    if len(bodies) == 1:
        return sha256(b"\x00" + bodies[0]).digest()
    split = 1
    while split * 2 < len(bodies):
        split *= 2
    return sha256(b"\x01" + naive_root(bodies[:split]) + naive_root(bodies[split:])).digest()


def hashes(bodies: list[bytes]) -> list[bytes]:
    return [leaf_hash(body) for body in bodies]


def test_the_empty_tree_and_the_empty_leaf_have_the_known_hashes() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert Frontier().root() == EMPTY_ROOT
    assert root_of([leaf_hash(b"")]) == leaf_hash(b"")


def test_eight_known_leaves_have_the_known_root() -> None:
    bodies = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    root = root_of(hashes([bytes.fromhex(body) for body in bodies]))
    assert root.hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(BODIES)
def test_appending_one_by_one_gives_the_root_of_the_naive_recursion(bodies: list[bytes]) -> None:
    frontier = Frontier()
    for count, body in enumerate(bodies, start=1):
        frontier = frontier.append(leaf_hash(body))
        assert frontier.root() == naive_root(bodies[:count])
        assert Frontier.unpacked(count, frontier.packed()) == frontier


def test_a_frontier_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Frontier.unpacked(3, b"\x00" * 32)


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_inclusion_is_proven_for_the_leaf_and_for_no_other(bodies: list[bytes], data: st.DataObject) -> None:
    leaves = hashes(bodies)
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root, size = inclusion_proof(leaves, index), root_of(leaves), len(leaves)
    assert includes(root, size, index, leaves[index], proof)
    assert not includes(root, size, index, leaf_hash(b"invented"), proof)
    assert not includes(root, size, size, leaves[index], proof)
    assert not includes(root, size, index, leaves[index], [*proof, EMPTY_ROOT])
    for position in range(len(proof)):
        wrong = [*proof[:position], EMPTY_ROOT, *proof[position + 1 :]]
        assert not includes(root, size, index, leaves[index], wrong)
        assert not includes(root, size, index, leaves[index], proof[:position])


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_consistency_is_proven_for_a_true_beginning_only(bodies: list[bytes], data: st.DataObject) -> None:
    leaves = hashes(bodies)
    earlier = data.draw(st.integers(1, len(leaves)))
    old, new, proof = root_of(leaves[:earlier]), root_of(leaves), consistency_proof(leaves, earlier)
    assert continues(old, earlier, new, len(leaves), proof)
    assert not continues(EMPTY_ROOT, earlier, new, len(leaves), proof)
    assert not continues(old, earlier, EMPTY_ROOT, len(leaves), proof)
    assert not continues(old, earlier, new, len(leaves), [*proof, EMPTY_ROOT])
    if earlier < len(leaves):
        assert not continues(old, earlier, new, len(leaves), proof[:-1])


def test_a_proof_of_something_impossible_is_refused() -> None:
    leaf = leaf_hash(b"one")
    with pytest.raises(IndexError):
        inclusion_proof([leaf], 1)
    with pytest.raises(IndexError):
        consistency_proof([leaf], 2)
    assert not continues(leaf, 2, leaf, 1, [])
    assert not continues(leaf, 3, leaf, 5, [])
    assert frontier_of([leaf, leaf]).root() == node_hash(leaf, leaf)
