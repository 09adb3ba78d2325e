"""What counts as one address, what is not counted, and that nothing of an address can be read from its name."""

import pytest

from playground.addresses import Addresses, Origin, networks


def test_an_address_has_one_name_per_server_start_which_does_not_tell_it():
    one, another = Addresses(), Addresses()
    name = one.origin("203.0.113.7").name
    assert one.origin("203.0.113.7") == Origin(name, name)
    assert len({name, one.origin("203.0.113.8").name, another.origin("203.0.113.7").name}) == 3
    assert len(name) == 32 and set(name) <= set("0123456789abcdef")


def test_an_ipv6_subscriber_counts_as_one():
    addresses = Addresses()
    names = {
        addresses.origin(text).name for text in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:2::1%eth0")
    }
    assert len(names) == 1
    assert addresses.origin("2001:db8:1:3::1").name not in names


def test_an_ipv4_address_is_the_same_when_it_is_written_as_ipv6():
    addresses = Addresses("192.0.2.0/24")
    assert addresses.origin("::ffff:203.0.113.7") == addresses.origin("203.0.113.7")
    assert addresses.origin("::ffff:192.0.2.9").counted == ""


@pytest.mark.parametrize("text", ["", "unix:", "testclient", "1.2.3", "203.0.113.7, 10.0.0.1", "<script>"])
def test_what_is_no_address_has_no_name(text):
    assert Addresses().origin(text) == Origin()


def test_shared_addresses_are_not_counted_but_take_turns():
    addresses = Addresses("192.0.2.0/24, 2001:db8::/48 198.51.100.7")
    for shared in ("192.0.2.1", "2001:db8:0:5::1", "198.51.100.7"):
        assert addresses.origin(shared).counted == "" != addresses.origin(shared).name
    for other in ("198.51.100.8", "2001:db8:1::1"):
        assert addresses.origin(other).counted == addresses.origin(other).name
    everybody = Addresses("0.0.0.0/0 ::/0")
    assert everybody.origin("8.8.8.8").counted == everybody.origin("2606:4700::1").counted == ""


def test_an_inner_address_that_forwards_while_no_proxy_is_known_is_not_counted():
    for inner in ("10.0.0.3", "127.0.0.1", "fd00::3"):
        assert Addresses().origin(inner, forwards=True).counted == ""
        assert Addresses().origin(inner).counted
        assert Addresses(behind_proxy=True).origin(inner, forwards=True).counted
    assert Addresses().origin("8.8.8.8", forwards=True).counted


@pytest.mark.parametrize("text", ["10.0.0.0/33", "proxy.example", "10.0.0.1/8", "10.0.0.1:80"])
def test_what_is_no_network_is_refused(text):
    with pytest.raises(ValueError, match=text.split("/")[0]):
        networks(text)
