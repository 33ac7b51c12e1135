"""The sample region: invented names, numbers and texts to try everything with."""
