"""No count of training that the region sees gives a single firm away, however often one looks."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from survey.disclosure import BATCH_SIZE, MIN_VOTERS
from training.published_counts import Change, PublishedCount, published_count, published_states

START = datetime(2026, 9, 1, tzinfo=UTC)


def changes(*rows: tuple[int, str, int]) -> list[Change]:
    return [Change(firm, name, n, START + timedelta(days=place)) for place, (firm, name, n) in enumerate(rows)]


FIVE = changes((1, "A", 4), (2, "A", 6), (3, "A", 2), (4, "A", 8), (5, "A", 5))


def test_nothing_is_shown_of_four_firms() -> None:
    assert published_count(FIVE[:4]) is None


def test_the_fifth_firm_shows_the_sum() -> None:
    assert published_count(FIVE) == PublishedCount(4 + 6 + 2 + 8 + 5, {}, FIVE[-1].happened_at, 5)


def test_one_more_firm_changes_nothing_and_three_do() -> None:
    later = changes((6, "A", 10), (7, "A", 20), (8, "A", 30))
    for n_more in (1, 2):
        shown = published_count([*FIVE, *later[:n_more]])
        assert shown is not None
        assert shown.total == 25
    assert published_count([*FIVE, *later]).total == 25 + 60  # type: ignore[union-attr]  # eight firms are enough


def test_one_firm_that_changes_its_mind_three_times_is_no_batch() -> None:
    shown = published_count([*FIVE, *changes((6, "A", 10), (6, "A", 1), (6, "A", -5))])
    assert shown is not None
    assert shown.total == 25


def test_a_slice_is_hidden_when_the_rest_would_be_a_few_firms() -> None:
    """Five firms at A and two at B: A beside the total would tell what the two at B asked for."""
    shown = published_count([*changes((6, "B", 9), (7, "B", 1)), *FIVE])
    assert shown is not None
    assert (shown.total, shown.slices) == (9 + 1 + 4 + 6 + 2, {})


OTHER = changes((6, "B", 9), (7, "B", 1), (8, "B", 1), (9, "B", 1), (10, "B", 1))
SIXTH = changes((11, "A", 2))


def test_two_slices_are_shown_once_both_rest_on_five_firms() -> None:
    """The whole moved with the eighth firm; the next batch of three brings the slices."""
    shown = published_count([*OTHER, *FIVE, *SIXTH])
    assert shown is not None
    assert (shown.total, shown.slices) == (13 + 25 + 2, {"A": 25 + 2, "B": 13})


def test_the_whole_waits_for_its_slices_and_goes_on_alone_after_ten_firms() -> None:
    """Two more firms at A would show in its figure; with eight at C behind the whole, the whole moves without A."""
    at_a = changes((12, "A", 3), (13, "A", 1))
    at_c = changes(*((firm, "C", 4) for firm in range(14, 22)))
    waiting = published_count([*OTHER, *FIVE, *SIXTH, *at_a, *at_c[:7]])
    alone = published_count([*OTHER, *FIVE, *SIXTH, *at_a, *at_c])
    assert waiting is not None
    assert alone is not None
    assert (waiting.total, waiting.slices) == (40, {"A": 27, "B": 13})
    assert alone.slices_as_of == waiting.as_of
    assert (alone.total, alone.slices) == (40 + 3 + 1 + 8 * 4, {"A": 27, "B": 13})


def test_a_slice_that_would_be_the_whole_is_not_told_apart() -> None:
    shown = published_count(FIVE)
    assert shown is not None
    assert shown.slices == {}


def test_a_correction_shows_once_three_firms_were_corrected() -> None:
    """25 of five firms; corrections of −1, +2 and +1 show together as 27, the first two of them not at all."""
    corrected = changes((1, "A", -1), (2, "A", 2), (3, "A", 1))
    shown = [published_count([*FIVE, *corrected[:n]]) for n in (1, 2, 3)]
    assert [count.total for count in shown if count] == [25, 25, 25 - 1 + 2 + 1]


def test_a_correction_that_is_taken_back_lends_no_cover_to_another() -> None:
    """Firms 1 and 2 are corrected and put back; what is new is firm 3’s change alone, so it waits."""
    undone = changes((1, "A", -3), (1, "A", 3), (2, "A", -1), (2, "A", 1))
    shown = published_count([*FIVE, *undone, *changes((3, "A", 7))])
    assert shown is not None
    assert shown.total == 25


def test_a_figure_never_comes_to_rest_on_firms_that_were_corrected_to_nothing() -> None:
    """Firms 1 to 4 had 4, 6, 2 and 8 of the 25; without them the whole would be the 5 of firm 5."""
    gone = changes((1, "A", -4), (2, "A", -6), (3, "A", -2), (4, "A", -8))
    shown = published_count([*FIVE, *gone])
    assert shown is not None
    assert shown.total == 25


histories = st.lists(
    st.tuples(st.integers(1, 14), st.sampled_from(["A", "A", "B", "C", ""]), st.integers(-3, 12)), max_size=70
)


def cells(history: list[Change], *, names: set[str]) -> dict[str, set[int]]:
    """Return for each touched cell the firms whose changes come to something in it."""
    nets: dict[str, Counter[int]] = defaultdict(Counter)
    for change in history:
        nets[change.slice if change.slice in names else "rest"][change.organisation_id] += change.amount
    return {name: {firm for firm, amount in net.items() if amount} for name, net in nets.items()}


def nobody_or_enough(news: list[Change], *, names: set[str]) -> list[bool]:
    """Say of each cell whether nothing moved in it, or enough firms stand behind what did."""
    return [not firms or len(firms) >= BATCH_SIZE for firms in cells(news, names=names).values()]


@settings(max_examples=300)
@given(histories)
def test_whoever_compares_all_figures_of_all_days_never_isolates_fewer_firms(rows: list[tuple[int, str, int]]) -> None:
    history = changes(*rows)
    states = published_states(history)
    for place, state in enumerate(states):
        counted = history[: state.n_counted]
        assert all(len(firms) >= MIN_VOTERS for firms in cells(counted, names=set()).values())
        assert state.total == sum(change.amount for change in counted)
        if state.n_in_slices == state.n_counted:
            assert all(len(firms) >= MIN_VOTERS for firms in cells(counted, names=set(state.slices)).values())
        if not place:
            continue
        before = states[place - 1]
        assert all(nobody_or_enough(history[before.n_counted : state.n_counted], names=set()))
        if before.slices and state.n_in_slices == state.n_counted:
            assert set(before.slices) <= set(state.slices)
            news = history[before.n_in_slices : state.n_counted]
            assert all(nobody_or_enough(news, names=set(before.slices)))
        else:
            assert state.slices == before.slices or not before.slices
