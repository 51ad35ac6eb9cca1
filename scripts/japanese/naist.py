"""Reads naist-jdic in the edition with accents (Debian open-jtalk-mecab-naist-jdic), which is in
MeCab's compiled form, and makes the entries of ja_words.lex."""
import array
import bisect
import collections
import struct
from pathlib import Path

import varint

KANA = range(0x3041, 0x3100)
UNVOICED = "\u2019"
COMMON_PAIR = 4  # entries that share a class and a cost, from which on the pair has a number


def pack_bits(numbers: list[int], bits: int) -> bytes:
    """Numbers of `bits` bits each, from the lowest bit of the first byte on, and three bytes."""
    out, held, count = bytearray(), 0, 0
    for number in numbers:
        held |= number << count
        count += bits
        while count >= 8:
            out.append(held & 255)
            held >>= 8
            count -= 8
    if count:
        out.append(held)
    return bytes(out) + bytes(3)


def mecab_words(path: Path) -> list[tuple]:
    """(surface, left class, right class, cost, feature) of a compiled MeCab dictionary, in the order
    of the surfaces and, for one surface, of the dictionary."""
    data = path.read_bytes()
    units, tokens, features = struct.unpack("<3I", data[24:36])
    numbers = array.array("i", data[72:72 + units])
    base, check = numbers[0::2], numbers[1::2]
    token_data = data[72 + units:72 + units + tokens]
    feature_data = data[72 + units + tokens:72 + units + tokens + features]
    children: dict[int, list[int]] = {}
    for unit in range(1, len(base)):
        if check[unit]:
            children.setdefault(check[unit], []).append(unit)
    words, stack = [], [(base[0], b"")]
    while stack:
        node, surface = stack.pop()
        for unit in children.get(node, ()):
            byte = unit - node - 1
            if byte >= 0 and base[unit] > 0:
                stack.append((base[unit], surface + bytes([byte])))
            elif byte == -1 and base[unit] < 0:
                first, count = (-base[unit] - 1) >> 8, (-base[unit] - 1) & 255
                for i in range(first, first + count):
                    left, right, _, cost, at = struct.unpack_from("<HHHhI", token_data, 16 * i)
                    feature = feature_data[at:feature_data.index(b"\0", at)].decode()
                    words.append((surface.decode(), left, right, cost, feature))
    return sorted(words, key=lambda w: w[0].encode())


def count_moras(pronounced: str) -> int:
    """As count_moras() in src/text/ja/dictionary.cc."""
    return sum(c != UNVOICED and (i == 0 or c not in "ァィゥェォャュョヮ")
               for i, c in enumerate(pronounced))


def katakana(text: str) -> str:
    return "".join(chr(ord(c) + 0x60) if 0x3041 <= ord(c) <= 0x3096 else c for c in text)


def encode_ja_token(feature: list[str], surface: str, previous) -> bytes:
    """A token after its class and cost; see src/text/ja/dictionary.h."""
    base, _, pronounced, accent = feature[6:10]
    if ":" in accent:  # a compound of several words
        raw = ",".join([base, pronounced, accent]).encode()
        return bytes([3 << 5]) + varint.write(len(raw)) + raw
    if "*" in accent or "/" not in accent:  # not spoken
        accent, pronounced = "0/0", ""
    place, moras = map(int, accent.split("/"))
    assert place < 32
    odd = moras != count_moras(pronounced)
    mode = 1 if pronounced == katakana(surface) else 2 if pronounced == previous else 0
    out = bytes([place | mode << 5 | odd << 7])
    if odd:
        out += varint.write(moras)
    if mode == 0:
        codes = [0x7F if c == UNVOICED else ord(c) - 0x30A0 for c in pronounced]
        assert all(0 < c < 0x80 for c in codes)
        codes = codes or [0]
        out += bytes(codes[:-1]) + bytes([codes[-1] | 0x80])
    return out


def fields(word: tuple) -> list[str]:
    return word[4].split(",") + ["*"] * 11


def entries(naist: Path) -> dict:
    """Keys and values of ja_words.lex; the format is described in src/text/ja/dictionary.h."""
    words, unknown = mecab_words(naist / "sys.dic"), mecab_words(naist / "unk.dic")
    # Of entries with one surface and the same classes only the cheapest can ever be chosen.
    best: dict[tuple, tuple] = {}
    for word in words:
        key = word[:3]
        if key not in best or word[3] < best[key][3]:
            best[key] = word
    words = [w for w in words if best[w[:3]] is w]
    ids = sorted({0} | {w[1] for w in words + unknown} | {w[2] for w in words + unknown})
    compact = {n: i for i, n in enumerate(ids)}

    def class_of(word: tuple) -> tuple:
        """What the words of a class share: neighbours, part of speech, form, chain rule."""
        f = fields(word)
        return (compact[word[1]], compact[word[2]], *f[:4], f[5], f[10])

    counts: dict[tuple, int] = {}
    for word in words + unknown:
        counts[class_of(word)] = counts.get(class_of(word), 0) + 1
    classes = {c: i for i, c in enumerate(sorted(counts, key=lambda c: (-counts[c], c)))}
    others = sorted({ord(c) for w in words for c in w[0]} - set(KANA))
    assert len(others) < 0x3E00
    code = {c: bytes([c - KANA.start + 0x40]) for c in KANA}
    code.update({c: bytes([2 + i // 256, i % 256]) for i, c in enumerate(others)})

    matrix = (naist / "matrix.bin").read_bytes()
    lefts = struct.unpack("<H", matrix[:2])[0]

    def connection(left: int, right: int) -> int:
        return struct.unpack_from("<h", matrix, 4 + 2 * (right + lefts * left))[0]

    costs = [connection(left, right) for left in ids for right in ids]
    palette = sorted(set(costs))
    bits = (len(palette) - 1).bit_length()

    kinds = (naist / "char.bin").read_bytes()
    count = struct.unpack("<I", kinds[:4])[0]
    names = [kinds[4 + 32 * i:36 + 32 * i].rstrip(b"\0").decode() for i in range(count)]
    kind_of = struct.unpack(f"<{(len(kinds) - 4 - 32 * count) // 4}I", kinds[4 + 32 * count:])
    out: dict = {
        "\x01classes": "\n".join(",".join(map(str, c)) for c in classes).encode(),
        "\x01characters": struct.pack(f"<{len(others)}I", *others),
        "\x01connection_costs": struct.pack(f"<{len(palette)}h", *palette),
        "\x01connections": pack_bits([bisect.bisect_left(palette, c) for c in costs], bits),
        "\x01kinds": b"".join(struct.pack("<II", c, k) for c, k in enumerate(kind_of)
                              if c == 0 or k != kind_of[c - 1]),
        "\x01unknown": b"".join(struct.pack("<HHh", names.index(w[0]), classes[class_of(w)], w[3])
                                for w in unknown),
    }
    pairs = collections.Counter((classes[class_of(w)], w[3]) for w in words)
    pairs = [p for p, n in sorted(pairs.items(), key=lambda i: (-i[1], i[0])) if n >= COMMON_PAIR]
    number = {pair: i + 1 for i, pair in enumerate(pairs)}
    out["\x01pairs"] = b"".join(struct.pack("<Hh", *pair) for pair in pairs)
    values: dict[bytes, bytes] = {}
    spoken: dict[bytes, str] = {}
    for word in words:
        key = b"".join(code[ord(c)] for c in word[0])
        pair = (classes[class_of(word)], word[3])
        value = varint.write(number.get(pair, 0))
        if pair not in number:
            value += varint.write(pair[0]) + struct.pack("<h", pair[1])
        value += encode_ja_token(fields(word), word[0], spoken.get(key))
        values[key] = values.get(key, b"") + value
        if ":" not in fields(word)[9]:
            spoken[key] = "" if "*" in fields(word)[9] else fields(word)[8]
    return {**out, **values}
