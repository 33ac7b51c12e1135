"""Build the token table that the matcher ships."""
