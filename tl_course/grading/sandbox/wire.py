"""Plain data between the grader and the sandbox: JSON with tensors as base64, in frames.

The grader decodes bytes that a student's program may have written. So decoding builds nothing but numbers,
strings, lists, dictionaries and tensors of known kinds, and refuses what is too large, too deep, or does not
begin with the mark of the question that it answers.
"""

from __future__ import annotations

import base64
import json
import math
import socket
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

MOST_BYTES = 16 * 1024 * 1024
MOST_MARKS = 200_000  # commas and opening brackets: a few bytes of JSON can be hundreds in memory
MOST_DEPTH = 20
LARGEST_INTEGER = 2**63  # Python's sets take hours for integers that are chosen to have one hash
MOST_SIDES, LONGEST_SIDE = 8, 100_000  # of a tensor: to walk along one takes memory for each step
MARK_BYTES = 16  # of the random mark that a question gives to its reply
LENGTH_BYTES = 8
LONGEST_WAIT = 10.0**6  # seconds
TENSOR = "__tensor__"
# each kind's name, and the NumPy type that its bytes are read as
KINDS = {
    torch.bool: ("bool", "uint8"),
    torch.uint8: ("uint8", "uint8"),
    torch.int8: ("int8", "int8"),
    torch.int16: ("int16", "<i2"),
    torch.int32: ("int32", "<i4"),
    torch.int64: ("int64", "<i8"),
    torch.float16: ("float16", "<f2"),
    torch.bfloat16: ("bfloat16", "<i2"),
    torch.float32: ("float32", "<f4"),
    torch.float64: ("float64", "<f8"),
}
NAMED = {name: (kind, layout) for kind, (name, layout) in KINDS.items()}


class BadReplyError(ValueError):
    """Bytes that are no reply, with the reason."""


class NoReplyError(Exception):
    """The other side is gone."""


def encode(value: Any) -> bytes:
    """The bytes of plain data; raises BadReplyError for anything else."""
    try:
        data = json.dumps(_packed(value), ensure_ascii=False).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError, RecursionError) as problem:
        raise BadReplyError(f"what came back is no plain data ({problem})") from None
    _refuse_too_much(data)
    return data


def decode(data: bytes) -> Any:
    """The plain data of `data`; raises BadReplyError for anything else."""
    _refuse_too_much(data)
    try:
        return _unpacked(json.loads(data.decode("utf-8", "surrogatepass")), 0)
    except BadReplyError:
        raise
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError, RuntimeError) as problem:
        raise BadReplyError(f"a reply that is no plain data ({type(problem).__name__})") from None


def _refuse_too_much(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        raise BadReplyError(f"what came back is too large: {len(data):,} bytes; {MOST_BYTES:,} are allowed")
    marks = sum(data.count(mark) for mark in (b",", b"[", b"{"))
    if marks > MOST_MARKS:
        raise BadReplyError(f"what came back has too many parts: {marks:,}; {MOST_MARKS:,} are allowed")


def _packed(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return {TENSOR: _bytes_of(value)}
    if isinstance(value, dict):
        return {key: _packed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_packed(item) for item in value]
    return _refuse_large(value)


def _bytes_of(tensor: torch.Tensor) -> list[Any]:
    if tensor.dtype not in KINDS or tensor.layout is not torch.strided:
        raise BadReplyError(f"a tensor of {tensor.dtype} and {tensor.layout}")
    _refuse_shape(tensor.shape)
    name, layout = KINDS[tensor.dtype]
    flat = tensor.detach().cpu().contiguous().reshape(-1)
    flat = flat.view(torch.int16) if tensor.dtype is torch.bfloat16 else flat
    data = flat.numpy().astype(layout, copy=False).tobytes()
    return [name, list(tensor.shape), base64.b64encode(data).decode()]


def _unpacked(value: Any, depth: int) -> Any:
    if depth > MOST_DEPTH:
        raise BadReplyError("a reply that is nested too deep")
    if isinstance(value, list):
        return [_unpacked(item, depth + 1) for item in value]
    if isinstance(value, dict):
        if set(value) == {TENSOR}:
            return _tensor(*value[TENSOR])
        return {key: _unpacked(item, depth + 1) for key, item in value.items()}
    return _refuse_large(value)


def _refuse_large(value: Any) -> Any:
    if type(value) is int and not -LARGEST_INTEGER <= value < LARGEST_INTEGER:
        raise BadReplyError("an integer of more than 64 bits")
    return value


def _refuse_shape(shape: Sequence[int]) -> None:
    """Also a tensor without numbers may be no wider: a sum of it would be as large as its other sides."""
    sides = [max(1, side) for side in shape if type(side) is int and 0 <= side <= LONGEST_SIDE]
    if not len(shape) == len(sides) <= MOST_SIDES or math.prod(sides) > MOST_BYTES:
        raise BadReplyError(f"a tensor of shape {str(tuple(shape))[:60]} is too large")


def _tensor(name: str, shape: Sequence[int], data: str) -> torch.Tensor:
    kind, layout = NAMED[name]
    _refuse_shape(shape)
    numbers = np.frombuffer(base64.b64decode(data, validate=True), dtype=layout)
    tensor = torch.from_numpy(numbers.copy())
    tensor = tensor.view(kind) if kind is torch.bfloat16 else tensor.to(kind)  # no bool but 0 and 1
    return tensor.reshape(shape)


def send(channel: socket.socket, message: Any, mark: bytes = b"") -> None:
    """Send a frame, with its mark before it; raises BadReplyError, NoReplyError or TimeoutError."""
    data = encode(message)
    try:
        channel.sendall(mark + len(data).to_bytes(LENGTH_BYTES, "little") + data)
    except (BrokenPipeError, ConnectionResetError):
        raise NoReplyError from None


def receive(channel: socket.socket, deadline: float, mark: bytes = b"") -> Any:
    """The next frame, which has to begin with `mark`.

    `deadline` is of time.monotonic(). Raises TimeoutError, NoReplyError where the other side is gone, and
    BadReplyError for bytes that are no such frame.
    """
    head = _read(channel, len(mark) + LENGTH_BYTES, deadline)
    if head[: len(mark)] != mark:
        raise BadReplyError("bytes that answer no question")
    length = int.from_bytes(head[len(mark) :], "little")
    if length > MOST_BYTES:
        raise BadReplyError(f"a reply of {length:,} bytes; {MOST_BYTES:,} are allowed")
    return decode(_read(channel, length, deadline))


def silent(channel: socket.socket) -> bool:
    """Whether nothing more was sent."""
    channel.setblocking(False)
    try:
        return not channel.recv(1)
    except BlockingIOError:
        return True
    except ConnectionResetError:
        return True


def _read(channel: socket.socket, size: int, deadline: float) -> bytes:
    data = bytearray()
    while len(data) < size:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        channel.settimeout(min(left, LONGEST_WAIT))
        try:
            chunk = channel.recv(min(size - len(data), 1 << 20))
        except ConnectionResetError:
            chunk = b""
        if not chunk:
            raise NoReplyError
        data += chunk
    return bytes(data)
