"""Name the version of the engine that a run records."""

#: Changes whenever the same snapshot could get another verdict: rules, vocabulary, token table or coefficients.
ENGINE_VERSION = "1.6"
