from __future__ import annotations

import pytest

from opennrm.lib import networks
from opennrm.lib.problems import Problem

PUBLIC = networks.read("public")
INNER = (
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
    *("192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1"),
    *("2002:7f00:1::", "2001:0:1::1", "3fff::1", "100::1"),
)


@pytest.mark.parametrize("address", INNER)
def test_no_inner_reserved_or_wrapped_address_is_public(address: str) -> None:
    assert not PUBLIC.allow(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "185.70.0.1", "2a00:1450:4001::1", "2606:4700::1"])
def test_an_address_of_the_public_network_may_be_called(address: str) -> None:
    assert PUBLIC.allow(address)


def test_named_networks_open_themselves_and_nothing_else() -> None:
    inner = networks.read("10.20.0.0/16, fd12:3456::/32")
    assert inner.allow("10.20.3.4")
    assert inner.allow("fd12:3456::9")
    assert not inner.allow("10.21.3.4")
    assert not inner.allow("::ffff:10.20.3.4")
    assert not inner.allow("8.8.8.8")
    assert networks.read("10.20.0.0/16,public").allow("8.8.8.8")
    assert not networks.read("none").allow("8.8.8.8")
    assert not networks.read("").allow("8.8.8.8")


@pytest.mark.parametrize("words", ["10.20.0.0/33", "intranet", "10.20.3.4/16", "public;none"])
def test_a_setting_that_cannot_be_read_is_refused_with_what_it_must_hold(words: str) -> None:
    with pytest.raises(Problem, match=r"OPENNRM_HOOK_NETWORKS must hold networks such as 10\.20"):
        networks.read(words)
