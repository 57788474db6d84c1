"""Plain data between the grader and the sandbox: JSON with tensors as base64, in frames.

The grader decodes bytes that a student's program may have written. So decoding builds nothing but numbers,
strings, lists, dictionaries and tensors of known kinds, and refuses what is too large, too deep or not named
by the question it answers.
"""

from __future__ import annotations

import base64
import json
import socket
import time
from typing import Any

import numpy as np
import torch

MOST_BYTES = 32 * 1024 * 1024
MOST_DEPTH = 20
MARK_BYTES = 16  # of the random mark that opens a frame
LONGEST_WAIT = 10.0**6  # seconds
TENSOR = "__tensor__"
# each kind's name, and the NumPy type that its bytes are read as
KINDS = {
    torch.bool: ("bool", "bool"),
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
    if len(data) > MOST_BYTES:
        raise BadReplyError(f"what came back is too large: {len(data):,} bytes; {MOST_BYTES:,} are allowed")
    return data


def decode(data: bytes) -> Any:
    """The plain data of `data`; raises BadReplyError for anything else."""
    try:
        return _unpacked(json.loads(data.decode("utf-8", "surrogatepass")), 0)
    except BadReplyError:
        raise
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError, RuntimeError) as problem:
        raise BadReplyError(f"a reply that is no plain data ({type(problem).__name__})") from None


def _packed(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return {TENSOR: _bytes_of(value)}
    if isinstance(value, dict):
        return {key: _packed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_packed(item) for item in value]
    return value


def _bytes_of(tensor: torch.Tensor) -> list[Any]:
    if tensor.dtype not in KINDS or tensor.layout is not torch.strided:
        raise BadReplyError(f"a tensor of {tensor.dtype} and {tensor.layout}")
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
    return value


def _tensor(name: str, shape: list[int], data: str) -> torch.Tensor:
    kind, layout = NAMED[name]
    if len(shape) > 8 or not all(type(side) is int and 0 <= side < 2**31 for side in shape):
        raise BadReplyError("a tensor of an impossible shape")
    numbers = np.frombuffer(base64.b64decode(data, validate=True), dtype=layout)
    tensor = torch.from_numpy(numbers.copy())
    return tensor.view(kind).reshape(shape) if kind is torch.bfloat16 else tensor.reshape(shape)


def send(channel: socket.socket, mark: bytes, message: Any) -> None:
    """Send a frame that opens with `mark`; raises BadReplyError, NoReplyError or TimeoutError."""
    data = encode(message)
    try:
        channel.sendall(mark + len(data).to_bytes(8, "little") + data)
    except (BrokenPipeError, ConnectionResetError):
        raise NoReplyError from None


def receive(channel: socket.socket, mark: bytes, deadline: float) -> Any:
    """The next frame that opens with `mark`; bytes before it are passed over.

    `deadline` is of time.monotonic(). Raises TimeoutError, NoReplyError where the other side is gone, and
    BadReplyError for a flood or for what is no plain data.
    """
    data = bytearray()
    start = _find(channel, mark, data, deadline)
    head = start + MARK_BYTES + 8
    _fill(channel, data, head, deadline)
    length = int.from_bytes(data[start + MARK_BYTES : head], "little")
    if length > MOST_BYTES:
        raise BadReplyError(f"a reply of {length:,} bytes; {MOST_BYTES:,} are allowed")
    _fill(channel, data, head + length, deadline)
    return decode(bytes(data[head : head + length]))


def _find(channel: socket.socket, mark: bytes, data: bytearray, deadline: float) -> int:
    while (start := data.find(mark)) < 0:
        if len(data) > MOST_BYTES:
            raise BadReplyError("a flood of bytes instead of a reply")
        _more(channel, data, deadline)
    return start


def _fill(channel: socket.socket, data: bytearray, size: int, deadline: float) -> None:
    while len(data) < size:
        _more(channel, data, deadline)


def _more(channel: socket.socket, data: bytearray, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    channel.settimeout(min(left, LONGEST_WAIT))
    try:
        chunk = channel.recv(1 << 20)
    except ConnectionResetError:
        chunk = b""
    if not chunk:
        raise NoReplyError
    data += chunk
