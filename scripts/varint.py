"""Whole numbers in seven bits a byte, least first, the top bit set on all bytes but the last: in our
lexicons (src/text/lexicon_file.h) and in Lucene's files."""


def write(n: int) -> bytes:
    out = bytearray()
    while n >= 128:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def read(data: bytes, at: int, step: int = 1) -> tuple[int, int]:
    """The number whose first byte is at `at`, and the place behind it; step -1 reads backwards."""
    value = shift = 0
    while True:
        byte = data[at]
        at += step
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at
