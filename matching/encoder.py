"""Turn text into vectors with the token table that ships with Skillshed: numpy only, no network, no model runtime.

Every entry of the table is a whole number and every vector is rounded to whole numbers, so that sums and dot products
are exact. The result does not depend on the order of rows, the size of a chunk or the number of workers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TABLE_FILE = Path(__file__).with_name("encoder") / "table.npz"

#: Length of every vector. Products of two stay below 2**24, so float32 holds them exactly.
VECTOR_LENGTH = 4000
_WORD = re.compile(r"\w+|[^\w\s]")
_LONGEST_WORD = 60
#: Words whose pieces are remembered, so that memory stays bounded however many courses are read.
N_WORDS_KEPT = 200_000

FloatMatrix = NDArray[np.float32]


@dataclass(frozen=True)
class TokenTable:
    """Hold one vector per word piece.

    Attributes
    ----------
    pieces : dict of str to int
        Row of every word piece; pieces inside a word start with “##”.
    rows : ndarray of int8, shape (n_pieces, n_dimensions)
        Direction of each piece.
    weights : ndarray of int32, shape (n_pieces,)
        Length of each piece's vector, relative; rare words are long, common words short.
    known_words : dict
        Pieces of the words met so far; it saves time and has no effect on any result.
    """

    pieces: dict[str, int]
    rows: NDArray[np.int8]
    weights: NDArray[np.int32]
    known_words: dict[str, tuple[int, ...]] = field(default_factory=dict, compare=False, repr=False)

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return one vector of length `VECTOR_LENGTH` (whole numbers) per text.

        Parameters
        ----------
        texts : sequence of str
            Cleaned texts; a text without any known piece gets the zero vector.

        Returns
        -------
        ndarray of float32, shape (n_texts, n_dimensions)
        """
        n_dimensions = self.rows.shape[1]
        pieces_of = [self.piece_numbers(text) for text in texts]
        sums = np.zeros((len(texts), n_dimensions), dtype=np.int64)
        filled = [i for i, numbers in enumerate(pieces_of) if numbers]
        if filled:
            flat = np.array([n for i in filled for n in pieces_of[i]], dtype=np.int64)
            starts = np.cumsum([0] + [len(pieces_of[i]) for i in filled[:-1]])
            sums[filled] = _segment_sums(self.rows, self.weights, flat, starts)
        return _whole_number_vectors(sums)

    def piece_numbers(self, text: str) -> list[int]:
        """Return the table rows of a text's word pieces, in order."""
        plain = unicodedata.normalize("NFD", text.lower())
        plain = "".join(ch for ch in plain if not unicodedata.combining(ch))
        return [number for word in _WORD.findall(plain) for number in self._word_pieces(word)]

    def _word_pieces(self, word: str) -> tuple[int, ...]:
        known = self.known_words.get(word)
        if known is None:
            known = self._split_word(word)
            if len(self.known_words) < N_WORDS_KEPT:
                self.known_words[word] = known
        return known

    def _split_word(self, word: str) -> tuple[int, ...]:
        found: list[int] = []
        start = 0
        while start < len(word) <= _LONGEST_WORD:
            for end in range(len(word), start, -1):
                number = self.pieces.get(("##" if start else "") + word[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return ()
        return tuple(found)


_CHUNK = 50_000


def _segment_sums(
    rows: NDArray[np.int8], weights: NDArray[np.int32], flat: NDArray[np.int64], starts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Add up the weighted rows of each segment of `flat`, a bounded number of rows at a time."""
    ends = np.append(starts[1:], len(flat))
    out = np.zeros((len(starts), rows.shape[1]), dtype=np.int64)
    first = 0
    while first < len(starts):
        last = max(first + 1, int(np.searchsorted(ends, starts[first] + _CHUNK, side="right")))
        picked = flat[starts[first] : ends[last - 1]]
        weighted = rows[picked].astype(np.int32) * weights[picked][:, None]
        out[first:last] = np.add.reduceat(weighted, starts[first:last] - starts[first], axis=0)
        first = last
    return out


def _whole_number_vectors(sums: NDArray[np.int64]) -> FloatMatrix:
    """Scale integer vectors to length `VECTOR_LENGTH` and round them to whole numbers."""
    exact = sums.astype(np.float64)
    lengths: NDArray[np.float64] = np.sqrt(np.maximum((exact * exact).sum(axis=1), 1.0))
    scaled: FloatMatrix = np.rint(exact * ((VECTOR_LENGTH - 16) / lengths)[:, None]).astype(np.float32)
    return scaled


def cosines(left: FloatMatrix, right: FloatMatrix) -> FloatMatrix:
    """Return the cosines, shape (n_left, n_right), between whole-number vectors.

    The matrix product is exact: all partial sums are whole numbers below 2**24.
    """
    return np.asarray((left @ right.T) / np.float32((VECTOR_LENGTH - 16) ** 2), dtype=np.float32)


def combined(parts: FloatMatrix, starts: NDArray[np.int64]) -> FloatMatrix:
    """Add the vectors of each segment and scale the sums like single vectors; `starts` as in `numpy.add.reduceat`."""
    return _whole_number_vectors(np.add.reduceat(parts.astype(np.int64), starts, axis=0))


@lru_cache(maxsize=1)
def shipped_table() -> TokenTable:
    """Read the token table that ships with Skillshed, once."""
    with np.load(TABLE_FILE, allow_pickle=False) as stored:
        pieces = bytes(stored["pieces"]).decode("utf-8").split("\n")
        return TokenTable(
            pieces={piece: i for i, piece in enumerate(pieces)},
            rows=stored["rows"],
            weights=stored["weights"].astype(np.int32),
        )
