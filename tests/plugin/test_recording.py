"""Whatever a claim says reaches the ledger."""

from tests.plugin.test_judging import claim_of


def test_a_lone_surrogate_and_a_huge_message_reach_the_ledger(stranger):
    stranger.write(
        "it",
        claim_of(
            "    def test_it(self, x):\n        assert x == 2, chr(0xD800) + 'x' * 200_000\n",
            readings='@reading("r", published="fails", x=1)',
        ),
    )
    stranger.run()
    evidence = stranger.ledger().claims[0].readings[0].evidence
    assert evidence.message.startswith("\\ud800xxx")
    assert 100_000 < len(evidence.message) < 100_100


def test_a_skip_is_undecided_with_its_reason_and_the_run_goes_on(stranger):
    body = (
        "    def test_it(self, x):\n        if x == 1:\n"
        "            pytest.skip('no such machine')\n        assert x == 1\n"
    )
    stranger.write("it", claim_of(body))
    result = stranger.run()
    assert result.ret == 0
    (claim,) = stranger.ledger().claims
    assert claim.verdict == "UNDECIDED"
    assert claim.readings[0].evidence.reason == "skipped: no such machine"
