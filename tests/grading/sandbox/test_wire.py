"""What may cross between grader and sandbox: plain data as it was, nothing that could hold up the grader."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tl_course.grading.sandbox import wire

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
MARK = bytes(range(wire.MARK_BYTES))


def frame(data: bytes, mark: bytes = MARK) -> bytes:
    return mark + len(data).to_bytes(wire.LENGTH_BYTES, "little") + data


def soon() -> float:
    return time.monotonic() + 10


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The grader's end of a channel, and the sandbox's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@given(PLAIN)
def test_plain_data_arrives_as_it_was(value: Any) -> None:
    assert wire.decode(wire.encode(value)) == value


@pytest.mark.parametrize("kind", wire.KINDS)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 0, 3)])
def test_a_tensor_arrives_as_it_was(kind: torch.dtype, shape: tuple[int, ...]) -> None:
    tensor = torch.arange(torch.Size(shape).numel()).reshape(shape).to(kind)
    arrived = wire.decode(wire.encode({"deep": [tensor]}))["deep"][0]
    assert arrived.dtype is kind
    assert arrived.shape == shape
    assert torch.equal(arrived, tensor)


def test_numbers_that_are_none_arrive() -> None:
    arrived = wire.decode(wire.encode([float("nan"), float("-inf"), torch.tensor([float("nan")])]))
    assert str(arrived) == "[nan, -inf, tensor([nan])]"


def test_text_without_a_form_in_utf8_arrives() -> None:
    assert wire.decode(wire.encode("\ud800")) == "\ud800"


@pytest.mark.parametrize("value", [object(), {1, 2}, 1j, b"bytes", torch.zeros(2).to_sparse(), 2**63])
def test_anything_else_is_not_sent(value: Any) -> None:
    with pytest.raises(wire.BadReplyError):
        wire.encode([value])


def test_a_list_in_itself_is_not_sent() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(wire.BadReplyError):
        wire.encode(endless)


def tensor_of(kind: Any, shape: Any, data: Any) -> bytes:
    return json.dumps({wire.TENSOR: [kind, shape, data]}).encode()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff", id="no text"),
        pytest.param(b"[1", id="no JSON"),
        pytest.param(b"[" * 100_000, id="deep for Python"),
        pytest.param(b"[" * 50 + b"]" * 50, id="deep"),
        pytest.param(b"9" * 100, id="an integer of more than 64 bits"),
        pytest.param(b"9" * 10_000, id="an integer that Python does not read"),
        pytest.param(b"[" + b"[]," * 300_000 + b"0]", id="many lists"),
        pytest.param(tensor_of("float128", [1], "AAAAAA=="), id="a tensor of no known kind"),
        pytest.param(tensor_of(["float32"], [1], "AAAAAA=="), id="a tensor of a list's kind"),
        pytest.param(tensor_of("float32", [2], "AAAAAA=="), id="a tensor with too few numbers"),
        pytest.param(tensor_of("float32", [-1], "AAAAAA=="), id="a tensor of a negative side"),
        pytest.param(tensor_of("float32", [True], "AAAAAA=="), id="a tensor of a side that is no number"),
        pytest.param(tensor_of("float32", [1.0], "AAAAAA=="), id="a tensor of a broken side"),
        pytest.param(tensor_of("float32", 1, "AAAAAA=="), id="a tensor of no shape"),
        pytest.param(tensor_of("float32", [1] * 9, "AAAAAA=="), id="a tensor of many sides"),
        pytest.param(tensor_of("float32", [0, 2**31], ""), id="a wide tensor of no numbers"),
        pytest.param(tensor_of("float32", [0, 90_000, 90_000], ""), id="a tensor of no numbers, wide twice"),
        pytest.param(tensor_of("float32", [1], "?"), id="a tensor of no base64"),
        pytest.param(tensor_of("float32", [1], 7), id="a tensor of a number"),
        pytest.param(b'{"__tensor__": []}', id="an empty tensor"),
        pytest.param(b'{"__tensor__": 7}', id="a tensor that is a number"),
    ],
)
def test_bytes_that_are_no_reply_are_refused(data: bytes) -> None:
    with pytest.raises(wire.BadReplyError):
        wire.decode(data)


def test_what_is_refused_there_is_not_sent_here() -> None:
    """So that an answer is told what is wrong with it, and is not taken for tampering."""
    for value in (torch.zeros(wire.LONGEST_SIDE + 1), [0] * (wire.MOST_MARKS + 2), "a" * wire.MOST_BYTES):
        with pytest.raises(wire.BadReplyError, match="too"):
            wire.encode(value)


def test_a_bool_is_true_or_false_whatever_the_byte() -> None:
    tensor = wire.decode(tensor_of("bool", [3], "AAL/"))  # the bytes 0, 2 and 255
    assert int(tensor.sum()) == 2


def test_a_message_is_received_with_its_mark(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    wire.send(theirs, {"a": 1}, MARK)
    assert wire.receive(ours, soon(), MARK) == {"a": 1}


def test_a_reply_to_another_question_is_refused(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    wire.send(theirs, {"a": 1}, bytes(wire.MARK_BYTES))
    with pytest.raises(wire.BadReplyError, match="no question"):
        wire.receive(ours, soon(), MARK)


def test_a_length_alone_takes_no_memory(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.sendall(MARK + (2**63).to_bytes(wire.LENGTH_BYTES, "little"))
    with pytest.raises(wire.BadReplyError, match="allowed"):
        wire.receive(ours, soon(), MARK)


def test_who_hangs_up_in_the_middle_gives_no_reply(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.sendall(frame(b"[1, 2]")[:-2])
    theirs.close()
    with pytest.raises(wire.NoReplyError):
        wire.receive(ours, soon(), MARK)


def test_who_says_nothing_is_waited_for_until_the_deadline(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.sendall(frame(b"[1, 2]")[:-2])
    with pytest.raises(TimeoutError):
        wire.receive(ours, time.monotonic() + 0.01, MARK)


def test_who_does_not_read_is_not_waited_for(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, _ = ends
    ours.settimeout(0.01)
    with pytest.raises(TimeoutError):
        wire.send(ours, "a" * 10_000_000)


def test_to_send_to_nobody_is_no_crash(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.close()
    with pytest.raises(wire.NoReplyError):
        wire.send(ours, "a")


def test_silence_is_told_from_a_message_too_many(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    assert wire.silent(ours)
    theirs.sendall(b"!")
    assert not wire.silent(ours)
    theirs.close()
    assert wire.silent(ours)
