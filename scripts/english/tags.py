"""The table of the English part-of-speech tagger (src/text/en/tagger.h): the averaged perceptron that
the reference uses, whose weights Debian's golang-github-jdkato-prose-dev carries. Weights are rounded
to STEP; what belongs to one word (or ending, letter, tag) is one record, its parts Huffman-coded."""
import gzip
import heapq
import re
import struct
from collections import Counter, defaultdict
from pathlib import Path

STEP = 0.2
# Where in the neighbourhood of a word a record's key stands; after these: the word with the tag
# before it. Records end with END.
KINDS = {"i": 0, "i-1": 1, "i-2": 2, "i+1": 3, "i+2": 4}
ENDING, LETTER, TAG, ANY, FIXED = "\x02", "\x03", "\x04", "\x05", "\x06"  # first byte of such keys


class Gob:
    """Values of Go's encoding/gob."""

    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def unsigned(self) -> int:
        first = self.data[self.at]
        self.at += 1
        if first < 128:
            return first
        self.at += 256 - first
        return int.from_bytes(self.data[self.at - 256 + first:self.at], "big")

    def text(self) -> str:
        size = self.unsigned()
        self.at += size
        return self.data[self.at - size:self.at].decode()

    def number(self) -> float:
        return struct.unpack("<d", self.unsigned().to_bytes(8, "big"))[0]

    def items(self, read) -> list:
        return [read(self) for _ in range(self.unsigned())]

    def value(self, read):
        """The first value of the stream; definitions of types stand before it."""
        while True:
            size = self.unsigned()
            end = self.at + size
            kind = self.unsigned()
            if not kind & 1:
                self.unsigned()  # no structure
                return read(self)
            self.at = end


def read_model(source: Path) -> tuple[list, dict, dict]:
    """Tags, words that always have one tag, and feature -> tag -> weight."""
    text = source.read_text(encoding="latin1")

    def asset(name: str) -> Gob:
        found = re.search(r'_internalModel%sGob = \[\]byte\("((?:\\x[0-9a-f]{2})*)"\)' % name, text)
        return Gob(gzip.decompress(bytes.fromhex(found[1].replace("\\x", ""))))

    texts = lambda gob: gob.items(Gob.text)
    pairs = lambda gob: dict(gob.items(lambda g: (g.text(), g.text())))
    weights = lambda gob: dict(gob.items(lambda g: (g.text(), g.number())))
    table = lambda gob: dict(gob.items(lambda g: (g.text(), weights(g))))
    return (sorted(asset("Classes").value(texts)), asset("Tags").value(pairs),
            asset("Weights").value(table))


def place(feature: str, tags: dict) -> tuple[str, int]:
    """Key of the record and kind of a feature such as "i-1 tag+i word NN of"."""
    name, *rest = feature.split(" ")
    if name == "bias":
        return ANY, 0
    what, arguments = rest[0], rest[1:]
    if (name, what) == ("i-1", "tag+i"):  # "word", tag before, word
        return arguments[2], len(KINDS) + tags[arguments[1]]
    if (name, what) == ("i", "tag+i-2"):  # "tag", tag before, the one before that
        return TAG + arguments[1], len(KINDS) + tags[arguments[2]]
    prefix = {"word": "", "suffix": ENDING, "pref1": LETTER, "tag": TAG}[what]
    return prefix + arguments[0], KINDS[name]


def code_lengths(counts: Counter, size: int) -> bytes:
    """Bits of each symbol's Huffman code; 0 for those that never occur."""
    heap = [(n, symbol, [symbol]) for symbol, n in counts.items()]
    heapq.heapify(heap)
    lengths = [0] * size
    while len(heap) > 1:
        a, b = heapq.heappop(heap), heapq.heappop(heap)
        for symbol in a[2] + b[2]:
            lengths[symbol] += 1
        heapq.heappush(heap, (a[0] + b[0], min(a[1], b[1]), a[2] + b[2]))
    return bytes(lengths)


def codes(lengths: bytes) -> dict[int, str]:
    """Canonical codes: shorter ones first, equal lengths by symbol."""
    out, code, before = {}, 0, 0
    for length, symbol in sorted((n, s) for s, n in enumerate(lengths) if n):
        code <<= length - before
        out[symbol] = format(code, f"0{length}b")
        code, before = code + 1, length
    return out


def entries(source: Path) -> dict[str, bytes]:
    names, fixed, weights = read_model(source)
    # The sentence's edges have names like tags.
    edges = ["-START-", "-START2-"]
    tags = {name: i for i, name in enumerate(names + edges)}
    records = defaultdict(dict)
    for feature, row in weights.items():
        kept = {tags[t]: round(w / STEP) for t, w in row.items() if round(w / STEP)}
        if kept:
            key, kind = place(feature, tags)
            records[key][kind] = kept
    values = sorted({w for rows in records.values() for row in rows.values() for w in row.values()})
    number = {w: i for i, w in enumerate(values)}
    last_kind, last_tag = len(KINDS) + len(tags), len(tags)
    counts = [Counter(), Counter(), Counter()]
    streams = {}
    for key, rows in records.items():
        stream = []  # (which code, symbol)
        for kind in sorted(rows):
            stream.append((0, kind))
            for tag in sorted(rows[kind]):
                stream += [(1, tag), (2, number[rows[kind][tag]])]
            stream.append((1, last_tag))
        streams[key] = stream + [(0, last_kind)]
        for which, symbol in streams[key]:
            counts[which][symbol] += 1
    lengths = [code_lengths(c, n)
               for c, n in zip(counts, (last_kind + 1, last_tag + 1, len(values)))]
    tables = [codes(n) for n in lengths]
    out = {"\x01tags": " ".join(names + edges).encode(),
           "\x01values": struct.pack(f"<{len(values)}h", *values),
           "\x01kind_code": lengths[0], "\x01tag_code": lengths[1], "\x01value_code": lengths[2]}
    for key, stream in streams.items():
        bits = "".join(tables[which][symbol] for which, symbol in stream)
        bits += "0" * (-len(bits) % 8)
        out[key] = int(bits, 2).to_bytes(len(bits) // 8, "big")
    for word, tag in fixed.items():
        out[FIXED + word] = bytes([tags[tag]])
    return out
