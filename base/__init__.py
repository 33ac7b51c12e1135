"""What the house stands on: database handle, settings, tables in and out, named refusals."""
