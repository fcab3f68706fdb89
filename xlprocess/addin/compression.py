"""The compression of VBA source text: [MS-OVBA] 2.4.1, writing only."""

from __future__ import annotations

CHUNK = 4096


def compressed(data: bytes) -> bytes:
    """A compressed container. The data is divided into chunks that are compressed each for itself."""
    return b"\x01" + b"".join(_chunk(data[start : start + CHUNK]) for start in range(0, len(data), CHUNK))


def _chunk(chunk: bytes) -> bytes:
    """The chunk with its header. ValueError for what would grow and cannot be stored as it is: random bytes, never source."""
    body, place = bytearray(), 0
    while place < len(chunk):
        flags, tokens = 0, bytearray()
        for bit in range(8):
            if place >= len(chunk):
                break
            length, offset = _longest(chunk, place)
            if length:
                tokens += ((offset - 1) << (16 - _offset_bits(place)) | (length - 3)).to_bytes(2, "little")
                flags |= 1 << bit
                place += length
            else:
                tokens.append(chunk[place])
                place += 1
        body.append(flags)
        body += tokens
    if len(body) < CHUNK:
        return (0xB000 | (len(body) - 1)).to_bytes(2, "little") + body
    if len(chunk) < CHUNK:
        raise ValueError("the last chunk does not compress")
    return (0x3FFF).to_bytes(2, "little") + chunk


def _longest(chunk: bytes, place: int) -> tuple[int, int]:
    """Length of the longest earlier match of at least three bytes, and how far back it begins; (0, 0) without one."""
    most = min((0xFFFF >> _offset_bits(place)) + 3, len(chunk) - place)
    length, offset = 0, 0
    for wanted in range(3, most + 1):
        found = chunk.rfind(chunk[place : place + wanted], 0, place + wanted - 1)
        if found < 0:
            break
        length, offset = wanted, place - found
    return length, offset


def _offset_bits(place: int) -> int:
    """How many bits of a copy token tell the offset, `place` bytes into the chunk."""
    return max((place - 1).bit_length(), 4) if place else 4
