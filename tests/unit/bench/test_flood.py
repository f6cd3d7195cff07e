"""Strangers aim at the ports an answer names, and how the others fare is told apart."""

from aioice import stun

from ekyc.bench.flood import delivered, ports_of
from ekyc.bench.strangers import DATAGRAMS, PER_S
from ekyc.media.guard import Budget, Gate

ANSWER = """v=0
m=audio 20010 UDP/TLS/RTP/SAVPF 96
a=candidate:1 1 udp 2130706431 192.0.2.7 20010 typ host
a=candidate:2 1 udp 2130706431 2001:db8::7 20011 typ host
a=candidate:3 1 udp 1694498815 198.51.100.4 30000 typ srflx raddr 192.0.2.7 rport 20010
"""


def test_the_ports_of_a_call_are_those_its_answer_offers() -> None:
    assert ports_of(ANSWER) == [("192.0.2.7", 20010)]


def test_the_flooded_call_the_others_and_those_who_only_connect_are_counted_apart() -> None:
    by_call = [
        {"pictures_sent": sent, "pictures_received": received}
        for sent, received in ((100, 50), (100, 99), (100, 100), (40, 0))
    ]
    assert delivered(by_call, calls=3) == {"flooded": 0.5, "others": 0.995}


def test_what_strangers_send_looks_like_what_a_call_takes_and_none_of_it_is_let_in() -> None:
    assert set(DATAGRAMS) == set(PER_S)
    for check in DATAGRAMS["checks"]:
        assert stun.parse_message(check).attributes["USERNAME"] == "guessed:guessed"
    gate = Gate(
        Budget(packets=1000, octets=1 << 20, stranger_checks=50),
        validated=lambda address: False,
        expected=lambda data: b"ours:" in data,
    )
    for kind in DATAGRAMS.values():
        assert {gate.admit(data, ("192.0.2.9", 7), 1.0) for data in kind} == {None}
