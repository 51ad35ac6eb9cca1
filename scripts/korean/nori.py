"""Reads mecab-ko-dic out of Lucene's Korean analyser (Debian liblucene8-java): every word with its
first and last tag and its cost. File formats: Lucene 8.7, FST version 7 and BinaryDictionary."""
import struct
import zipfile
from pathlib import Path

import varint

TAGS = ("E IC J MAG MAJ MM NNG NNP NNB NNBC NP NR SF SH SL SN SP SSC SSO SC SY SE VA VCN VCP VV VX "
        "XPN XR XSA XSN XSV UNKNOWN UNA NA VSV").split(" ")
FOLDER = "org/apache/lucene/analysis/ko/dict/TokenInfoDictionary$"
FINAL, LAST, TARGET_NEXT, STOP, OUTPUT, FINAL_OUTPUT = 1, 2, 4, 8, 16, 32
BINARY_SEARCH, DIRECT = 32, 64


def body(data: bytes) -> bytes:
    """What follows the codec header: magic, name, version."""
    return data[4 + 1 + data[4] + 4:]


class Fst:
    """Keys and their numbers. Nodes are read backwards from their address."""

    def __init__(self, data: bytes):
        data = body(data)
        assert data[0] == 0 and data[1] == 1, "an FST with UTF-16 labels and no empty key"
        self.start, at = varint.read(data, 2)
        size, at = varint.read(data, at)
        self.bytes = data[at:at + size]
        self.nodes = {}

    def number(self, at: int) -> tuple[int, int]:
        return varint.read(self.bytes, at, -1)

    def arcs(self, node: int) -> list[tuple[int, int, int, int, int]]:
        """(label, flags, target, output, final output) of each arc."""
        if node in self.nodes:
            return self.nodes[node]
        data, out = self.bytes, []
        at, count = node, 0
        if data[at] in (BINARY_SEARCH, DIRECT):
            direct = data[at] == DIRECT
            count, at = self.number(at - 1)
            width, at = self.number(at)
            labels = []
            if direct:
                present = (count + 7) // 8
                bits = [i for i in range(count) if data[at - i // 8] >> (i % 8) & 1]
                at -= present
                first = data[at] << 8 | data[at - 1]
                at -= 2
                labels = [first + i for i in bits]
                count = len(bits)
            start = at
            end = start - count * width
            for i in range(count):
                out.append(self.arc(start - i * width, labels[i] if direct else None, end)[0])
        else:
            targets_next = []
            while True:
                arc, at = self.arc(at, None, None)
                if arc[1] & TARGET_NEXT and not arc[1] & STOP:
                    targets_next.append(len(out))
                out.append(arc)
                if arc[1] & LAST:
                    break
            for i in targets_next:
                out[i] = (*out[i][:2], at, *out[i][3:])
        self.nodes[node] = out
        return out

    def arc(self, at: int, label, end):
        data = self.bytes
        flags = data[at]
        at -= 1
        if label is None:
            label = data[at] << 8 | data[at - 1]
            at -= 2
        output = final = 0
        if flags & OUTPUT:
            output, at = self.number(at)
        if flags & FINAL_OUTPUT:
            final, at = self.number(at)
        if flags & STOP:
            target = 0
        elif flags & TARGET_NEXT:
            target = end
        else:
            target, at = self.number(at)
        return (label, flags, target, output, final), at

    def items(self):
        stack = [(self.start, "", 0)]
        while stack:
            node, key, total = stack.pop()
            for label, flags, target, output, final in self.arcs(node):
                word, value = key + chr(label), total + output
                if flags & FINAL:
                    yield word, value + final
                if not flags & STOP:
                    stack.append((target, word, value))


def read(jar: Path):
    """Yields (word, first tag, last tag, cost, left id, right id, kind); kind 2 is inflected."""
    archive = zipfile.ZipFile(jar)
    part = lambda name: archive.read(FOLDER + name + ".dat")
    positions = body(part("targetMap"))
    size, at = varint.read(positions, 0)
    count, at = varint.read(positions, at)
    words, starts, total = [], [], 0
    for i in range(size):
        value, at = varint.read(positions, at)
        if value & 1:
            starts.append(i)
        total += value >> 1
        words.append(total)
    starts.append(size)
    tags = body(part("posDict"))
    _, at = varint.read(tags, 0)
    tags = tags[at:]
    table = body(part("buffer"))
    _, at = varint.read(table, 0)
    table = table[at:]
    for word, number in Fst(part("fst")).items():
        for place in words[starts[number]:starts[number + 1]]:
            left, right, cost = struct.unpack_from(">hhh", table, place)
            kind, one_tag = left & 3, right & 1
            first = TAGS[tags[(left & 0xFFFF) >> 2]]
            composed = kind in (2, 3) and not one_tag
            yield (word, first, TAGS[table[place + 6]] if composed else first, cost,
                   (left & 0xFFFF) >> 2, (right & 0xFFFF) >> 2, kind)


def read_unknown(jar: Path) -> dict[str, tuple[int, int, int]]:
    """Tag -> (left id, right id, cost) of words that are in no dictionary."""
    archive = zipfile.ZipFile(jar)
    folder = FOLDER.replace("TokenInfo", "Unknown")
    table = body(archive.read(folder + "buffer.dat"))
    tags = body(archive.read(folder + "posDict.dat"))
    _, at = varint.read(table, 0)
    _, start = varint.read(tags, 0)
    found = {}
    while at + 6 <= len(table):
        left, right, cost = struct.unpack_from(">HHh", table, at)
        found.setdefault(TAGS[tags[start + (left >> 2)]], (left >> 2, right >> 2, cost))
        at += 6
    return found


def read_connections(jar: Path):
    """Yields for each left id the costs of following each right id."""
    data = body(zipfile.ZipFile(jar).read(
        FOLDER.replace("TokenInfoDictionary$", "") + "ConnectionCosts.dat"))
    rights, at = varint.read(data, 0)
    lefts, at = varint.read(data, at)
    cost = 0
    for _ in range(lefts):
        row = []
        for _ in range(rights):
            value = data[at]
            at += 1
            if value >= 128:
                value, at = varint.read(data, at - 1)
            cost += value >> 1 ^ -(value & 1)
            row.append(cost)
        yield row
