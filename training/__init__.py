"""ACTS: firms' training requests, cohorts, funding rules and apprenticeship plans."""
