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
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

TABLE_FILE = Path(__file__).with_name("token_table.npz")

#: Length of every vector. Products of two stay below 2**24, so float32 holds them exactly.
VECTOR_LENGTH = 4000
_WORD = re.compile(r"\w+|[^\w\s]")
_LONGEST_WORD = 60
#: Vectors scaled at a time: few enough to stay in the processor's own memory from one step to the next.
N_ROWS_AT_A_TIME = 256
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
        pieces_of = [self.piece_numbers(text) for text in texts]
        row_starts = np.cumsum([0, *map(len, pieces_of)])
        used, places = np.unique(np.fromiter(chain.from_iterable(pieces_of), dtype=int), return_inverse=True)
        counts = csr_matrix((np.ones(len(places)), places, row_starts), shape=(len(texts), len(used)))
        vectors = self.rows[used].astype(np.float64) * self.weights[used][:, None]
        return whole_number_vectors(np.asarray(counts @ vectors))

    def piece_numbers(self, text: str) -> list[int]:
        """Return the table rows of a text's word pieces, in order."""
        plain = text.lower()
        if not plain.isascii():
            plain = "".join(ch for ch in unicodedata.normalize("NFD", plain) if not unicodedata.combining(ch))
        numbers: list[int] = []
        for word in _WORD.findall(plain):
            pieces = self.known_words.get(word)
            numbers += self._learnt(word) if pieces is None else pieces
        return numbers

    def _learnt(self, word: str) -> tuple[int, ...]:
        """Split a word that was not met before, and remember its pieces."""
        pieces = self._split_word(word)
        if len(self.known_words) < N_WORDS_KEPT:
            self.known_words[word] = pieces
        return pieces

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


def whole_number_vectors(exact: NDArray[np.float64]) -> FloatMatrix:
    """Scale vectors of whole numbers to length `VECTOR_LENGTH` and round them to whole numbers."""
    whole: FloatMatrix = np.empty(exact.shape, dtype=np.float32)
    for first in range(0, len(exact), N_ROWS_AT_A_TIME):
        rows = exact[first : first + N_ROWS_AT_A_TIME]
        lengths: NDArray[np.float64] = np.sqrt(np.maximum((rows * rows).sum(axis=1), 1.0))
        whole[first : first + N_ROWS_AT_A_TIME] = np.rint(rows * ((VECTOR_LENGTH - 16) / lengths)[:, None])
    return whole


def cosines(left: FloatMatrix, right: FloatMatrix) -> FloatMatrix:
    """Return the cosines, shape (n_left, n_right), between whole-number vectors.

    The matrix product is exact: all partial sums are whole numbers below 2**24.
    """
    return np.asarray((left @ right.T) / np.float32((VECTOR_LENGTH - 16) ** 2), dtype=np.float32)


def combined(parts: FloatMatrix, starts: NDArray[np.int64]) -> FloatMatrix:
    """Add the vectors of each segment and scale the sums like single vectors; `starts` as in `numpy.add.reduceat`."""
    return whole_number_vectors(np.add.reduceat(parts.astype(np.float64), starts, axis=0))


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
