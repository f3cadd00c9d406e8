"""What stays on the box as numbers: flow, http, tls and dns events become one `aggregate` event per period.

Only the numbers leave the firm: traffic volumes, the most used host names, user agents and devices seen, drops and
anomalies by reason.
"""

import copy
import ipaddress
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sensor_agent.moment import parse, stamp_now
from sensor_agent.shorten import CUT, MAX_SHIPPED_BYTES, encode, repaired, text_cut

TOP_HOSTS = 20
TOP_AGENTS = 20
TOP_REASONS = 40
LONGEST_NAME = 256  # bytes as JSON
KEPT_KEYS = 400
MAX_DEVICES = 200
FLOWS_REMEMBERED = 10_000
_LONGEST_ADDRESS, _LONGEST_TIME, _LONGEST_MAC = 64, 40, 24


class Aggregate:
    """Counts for one period. `snapshot` and the constructor's `record` carry it through a kill.

    `names` says how machines call themselves, by MAC address.
    """

    def __init__(
        self,
        home_net: Iterable[str],
        record: Mapping[str, Any] | None = None,
        *,
        names: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self._names = names
        self._home = [ipaddress.ip_network(net) for net in home_net]
        self._host_of_flow: OrderedDict[int, str] = OrderedDict()
        self._home_cache: dict[str, bool] = {}
        self._take = {
            "flow": self._flow,
            "http": self._http,
            "tls": self._tls,
            "dns": self._dns,
            "drop": self._drop,
            "anomaly": self._anomaly,
        }
        # A deep copy: the stored state must not change under the spool before the next commit.
        self._counts: dict[str, Any] = {**self._empty(), **copy.deepcopy(dict(record or {}))}

    @staticmethod
    def _empty() -> dict[str, Any]:
        return {
            "from": "",
            "bytes_in": 0,
            "bytes_out": 0,
            "flows": 0,
            "dns_queries": 0,
            "hosts": {},
            "user_agents": {},
            "devices": {},
            "drops": {},
            "anomalies": {},
            # Since the beginning, not only in the period: suppression → [alerts it held back, time of the last].
            "suppressed": {},
        }

    def networks(self, home_net: Iterable[str]) -> None:
        """Count from now on for another set of the firm's networks."""
        self._home = [ipaddress.ip_network(net) for net in home_net]
        self._home_cache.clear()

    def suppress(self, number: int, at: str) -> None:
        """Count an alert that a suppression keeps from being sent."""
        count = self._counts["suppressed"].get(str(number), [0, ""])[0]
        self._counts["suppressed"][str(number)] = [count + 1, at[:_LONGEST_TIME]]

    def suppressed(self) -> dict[int, tuple[int, str]]:
        """Suppression → (alerts so far, time of the last)."""
        return {int(number): (count, at) for number, (count, at) in dict(self._counts["suppressed"]).items()}

    def take(self, event: Mapping[str, Any]) -> None:
        """Count one event of a kind that is not shipped; other kinds are passed over."""
        handler = self._take.get(event["event_type"])
        if handler is None:
            return
        if not self._counts["from"]:
            self._counts["from"] = _time(event)
        handler(event)

    @property
    def begun(self) -> str:
        """Timestamp of the first event counted, "" when nothing was."""
        return str(self._counts["from"])

    def snapshot(self) -> dict[str, Any]:
        """A copy to store with the position."""
        return copy.deepcopy(self._counts)

    def close(self, until: str) -> dict[str, Any] | None:
        """The period's event, or None when nothing was counted; counting starts anew."""
        counts, self._counts = self._counts, {**self._empty(), "suppressed": self._counts["suppressed"]}
        if not counts["from"]:
            return None
        event = {
            "timestamp": until,
            "event_type": "aggregate",
            "aggregate": {
                "from": counts["from"],
                "to": until,
                "bytes_in": counts["bytes_in"],
                "bytes_out": counts["bytes_out"],
                "flows": counts["flows"],
                "dns_queries": counts["dns_queries"],
                "top_hosts": [list(item) for item in _most(counts["hosts"], TOP_HOSTS)],
                "user_agents": [list(item) for item in _most(counts["user_agents"], TOP_AGENTS)],
                "devices": self._named(counts["devices"].values()),
                "drops": dict(_most(counts["drops"], TOP_REASONS)),
                "anomalies": dict(_most(counts["anomalies"], TOP_REASONS)),
            },
        }
        return _fitting(event)

    def _named(self, devices: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        names = self._names()
        known_first = sorted(devices, key=lambda each: (not each["mac"], -each["bytes_in"] - each["bytes_out"]))
        return [{**each, "name": text_cut(names.get(str(each["mac"]), ""), LONGEST_NAME)} for each in known_first]

    def inside(self, address: Any) -> bool:
        """Whether an address belongs to the firm's own networks; a value that is no text does not."""
        if not isinstance(address, str) or len(address) > _LONGEST_ADDRESS:
            return False
        known = self._home_cache.get(address)
        if known is None:
            try:
                known = any(ipaddress.ip_address(address) in net for net in self._home)
            except ValueError:
                known = False
            if len(self._home_cache) > 10_000:
                self._home_cache.clear()
            self._home_cache[address] = known
        return known

    def _flow(self, event: Mapping[str, Any]) -> None:
        flow = _section(event, "flow")
        up, down = _number(flow.get("bytes_toserver")), _number(flow.get("bytes_toclient"))
        self._counts["flows"] += 1
        from_inside, to_inside = self.inside(event.get("src_ip")), self.inside(event.get("dest_ip"))
        if from_inside and not to_inside:
            self._volume(down, up)
        elif to_inside and not from_inside:
            self._volume(up, down)
        if from_inside:
            self._device(event, "src", down, up)
        if to_inside:
            self._device(event, "dest", up, down)
        host = self._host_of_flow.pop(_number(event.get("flow_id")), None)
        if host:
            _add(self._counts["hosts"], host, up + down)

    def _volume(self, coming: int, going: int) -> None:
        self._counts["bytes_in"] += coming
        self._counts["bytes_out"] += going

    def _device(self, event: Mapping[str, Any], side: str, coming: int, going: int) -> None:
        address, devices = str(event[f"{side}_ip"]), self._counts["devices"]
        if address not in devices:
            if len(devices) >= MAX_DEVICES:
                return
            devices[address] = {"ip": address, "mac": None, "bytes_in": 0, "bytes_out": 0, "first_seen": None}
        device = devices[address]
        seen = _time(event)
        device["mac"] = _mac(event, side) or device["mac"]
        device["bytes_in"] += coming
        device["bytes_out"] += going
        device["first_seen"] = device["first_seen"] or seen
        device["last_seen"] = seen

    def _http(self, event: Mapping[str, Any]) -> None:
        http = _section(event, "http")
        self._host(event, http.get("hostname"))
        agent = http.get("http_user_agent")
        if agent and self.inside(event.get("src_ip")):
            _add(self._counts["user_agents"], str(agent)[:200], 1)

    def _tls(self, event: Mapping[str, Any]) -> None:
        self._host(event, _section(event, "tls").get("sni"))

    def _host(self, event: Mapping[str, Any], host: Any) -> None:
        if not host or not self.inside(event.get("src_ip")):
            return
        self._host_of_flow[_number(event.get("flow_id"))] = str(host)[:253].lower()
        if len(self._host_of_flow) > FLOWS_REMEMBERED:
            self._host_of_flow.popitem(last=False)

    def _dns(self, event: Mapping[str, Any]) -> None:
        if _section(event, "dns").get("type") == "query":
            self._counts["dns_queries"] += 1

    def _drop(self, event: Mapping[str, Any]) -> None:
        if "alert" not in event:  # with one, the alert itself is shipped
            _add(self._counts["drops"], str(_section(event, "drop").get("reason", "unknown"))[:100], 1)

    def _anomaly(self, event: Mapping[str, Any]) -> None:
        anomaly = _section(event, "anomaly")
        _add(self._counts["anomalies"], str(anomaly.get("event") or anomaly.get("type") or "unknown")[:100], 1)


def _section(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = event.get(name)
    return section if isinstance(section, dict) else {}


def _number(value: Any) -> int:
    """The value when it is a count an engine can reach, else 0."""
    return value if type(value) is int and 0 <= value < 2**63 else 0


def _time(event: Mapping[str, Any]) -> str:
    """The event's time; now when it has none that can be read."""
    text = str(event.get("timestamp"))[:_LONGEST_TIME]
    return text if parse(text) is not None else stamp_now()


def _mac(event: Mapping[str, Any], side: str) -> str | None:
    ether = _section(event, "ether") or _section(_section(event, "flow"), "ether")
    several = ether.get(f"{side}_macs")
    mac = ether.get(f"{side}_mac") or (several[0] if isinstance(several, list) and several else None)
    return mac if isinstance(mac, str) and len(mac) <= _LONGEST_MAC else None


def _fitting(event: dict[str, Any]) -> dict[str, Any]:
    """The event, shortened to a size the platform takes by leaving out its last devices; the cut is marked."""
    devices: list[dict[str, Any]] = event["aggregate"]["devices"]
    whole = len(devices)
    while devices and len(encode(event)) > MAX_SHIPPED_BYTES - 100:
        del devices[-(len(devices) // 8 + 1) :]
    return event if len(devices) == whole else repaired(event, CUT)


def _most(counts: Mapping[str, int], number: int) -> list[tuple[str, int]]:
    """The largest counts, under names that together fit into an event that the platform takes."""
    largest = sorted(counts.items(), key=lambda item: -item[1])[:number]
    return [(text_cut(name, LONGEST_NAME), count) for name, count in largest]


def _add(counts: dict[str, int], key: str, amount: int) -> None:
    """Count, keeping only the larger half when a hostile network invents keys."""
    counts[key] = counts.get(key, 0) + amount
    if len(counts) > KEPT_KEYS:
        for name, _ in sorted(counts.items(), key=lambda item: item[1])[: KEPT_KEYS // 2]:
            del counts[name]
