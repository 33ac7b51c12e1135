"""Turn ballots into a ranking, its uncertainty and the agreement behind it. Pure mathematics: no files, no database."""

from survey.ranking.agreement import Disagreement, disagreements, kendall_w
from survey.ranking.ballots import UNRANKED_RULES, Ballots, BallotsRefused, UnrankedRule, ballots_from_orders
from survey.ranking.borda import BordaRanking, rank_borda
from survey.ranking.intervals import RankIntervals, rank_intervals
from survey.ranking.kemeny import KemenyOrder, KemenyTooHard, rank_kemeny
from survey.ranking.meeting import RankedItem, Ranking, meeting_ranking
from survey.ranking.outcome import METHODS, Method, Outcome, OutcomeItem, rank_by
from survey.ranking.plackett_luce import PlackettLuce
from survey.ranking.robustness import (
    ConventionFlip,
    SecondOpinion,
    TopWithout,
    convention_flips,
    robustness_lines,
    second_opinion,
    tops_without_one,
)
from survey.ranking.weights import cap_employers, capped_weights, weigh_by_employer

__all__ = [
    "METHODS",
    "UNRANKED_RULES",
    "Ballots",
    "BallotsRefused",
    "BordaRanking",
    "ConventionFlip",
    "Disagreement",
    "KemenyOrder",
    "KemenyTooHard",
    "Method",
    "Outcome",
    "OutcomeItem",
    "PlackettLuce",
    "RankIntervals",
    "RankedItem",
    "Ranking",
    "SecondOpinion",
    "TopWithout",
    "UnrankedRule",
    "ballots_from_orders",
    "cap_employers",
    "capped_weights",
    "convention_flips",
    "disagreements",
    "kendall_w",
    "meeting_ranking",
    "rank_borda",
    "rank_by",
    "rank_intervals",
    "rank_kemeny",
    "robustness_lines",
    "second_opinion",
    "tops_without_one",
    "weigh_by_employer",
]
