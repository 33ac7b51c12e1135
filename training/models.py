"""Training requests, cohorts, funding answers and what came of them."""
