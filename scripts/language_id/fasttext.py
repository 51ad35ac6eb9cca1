"""Reads fastText's compressed identification model (lid.176.ftz) into a lexicon table.

The format of the model, all little-endian, versions 11 and 12 of a supervised one: header and
arguments; dictionary (words, then labels, each with its count); for each hash bucket that
compression kept, its row; the input matrix by product quantisation, each row of length one beside
its norm; the output matrix. The table that is written keeps every number of it: see
src/text/fasttext_model.h.
"""
import struct
from pathlib import Path

MAGIC, SUPERVISED, HIERARCHICAL_SOFTMAX = 793712314, 3, 1
END_OF_LINE = "</s>"


class Reader:
    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, layout: str) -> tuple:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def block(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size:self.at]

    def text(self) -> str:
        end = self.data.index(0, self.at)
        return self.block(end + 1 - self.at)[:-1].decode("utf-8")


def quantiser(reader: Reader, wanted: tuple) -> bytes:
    assert reader.take("4i") == wanted
    return reader.block(wanted[0] * 256 * 4)


def huffman(counts: list[int]) -> list[tuple[int, int]]:
    """Children of the inner nodes; nodes are numbered leaves first. Counts fall; of equal counts an
    inner node is taken before a leaf."""
    counts, leaf, node, out = list(counts), len(counts) - 1, len(counts), []

    def rarest():
        nonlocal leaf, node
        if leaf >= 0 and (node == len(counts) or counts[leaf] < counts[node]):
            leaf -= 1
            return leaf + 1
        node += 1
        return node - 1

    for _ in range(len(counts) - 1):
        out.append((rarest(), rarest()))
        counts.append(counts[out[-1][0]] + counts[out[-1][1]])
    return out


def entries(path: Path) -> dict[str, bytes]:
    reader = Reader(path.read_bytes())
    magic, version, dim, _, _, _, _, ngrams, loss, model, buckets, shortest, longest, _, _ = (
        reader.take("14id"))
    assert (magic, version, ngrams, loss, model) == (MAGIC, 12, 1, HIERARCHICAL_SOFTMAX, SUPERVISED)
    assert (dim, buckets, shortest, longest) == (16, 2000000, 2, 4)
    size, word_count, label_count, _, pruned = reader.take("3i2q")
    dictionary = [(reader.text(), *reader.take("qb")) for _ in range(size)]
    words = [word for word, _, kind in dictionary if kind == 0]
    labels = [(label, count) for label, count, kind in dictionary if kind == 1]
    assert (len(words), len(labels)) == (word_count, label_count) and END_OF_LINE in words
    assert dictionary == sorted(dictionary, key=lambda d: (d[2], -d[1]))
    row_of = dict(reader.take("2i") for _ in range(pruned))

    quantised, by_norm, rows, columns, code_bytes = reader.take("??2qi")
    assert quantised and by_norm and (rows, columns) == (word_count + pruned, dim)
    codes, per_row = reader.block(code_bytes), dim // 2
    centroids = quantiser(reader, (dim, per_row, 2, 2))
    norm_codes = reader.block(rows)
    norms = quantiser(reader, (1, 1, 1, 1))
    quantised, rows, columns = reader.take("?2q")
    assert not quantised and (rows, columns) == (label_count, dim)
    output = reader.block(4 * rows * columns)
    assert reader.at == len(reader.data)

    def row(i: int) -> bytes:
        return codes[i * per_row:(i + 1) * per_row] + norm_codes[i:i + 1]

    out = {word: row(i) for i, word in enumerate(words)}
    assert len(out) == word_count and not any(word.startswith("\x01") for word in out)
    kept = sorted(row_of)
    starts = [0] * (buckets // 256 + 2)
    for bucket in kept:
        starts[bucket // 256 + 1] += 1
    for i in range(1, len(starts)):
        starts[i] += starts[i - 1]
    tree = huffman([count for _, count in labels])
    out |= {
        "\x01labels": " ".join(label.removeprefix("__label__") for label, _ in labels).encode(),
        "\x01bucket_starts": struct.pack(f"<{len(starts)}H", *starts),
        "\x01bucket_bytes": bytes(bucket % 256 for bucket in kept),
        "\x01bucket_rows": b"".join(row(word_count + row_of[bucket]) for bucket in kept),
        "\x01centroids": centroids,
        "\x01norms": norms,
        "\x01tree": b"".join(struct.pack("<2H", *children) for children in tree),
        # The last row belongs to no inner node.
        "\x01output": output[:4 * dim * len(tree)],
    }
    return out
