"""Many objects with few requests."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs


def listing(scripted: Any, path: str, key: str, count: int, page: int = 250) -> list[str]:
    """Let the cloud list ``count`` objects in pages; the answer notes the query of each request."""
    asked: list[str] = []

    def pages(request: Any) -> Any:
        if (request.method, request.path) != ("GET", path):
            return None
        asked.append(request.query)
        query = parse_qs(request.query)
        first = int(query.get("marker", ["-1"])[0]) + 1
        items = [{"id": str(number), "status": "ACTIVE"} for number in range(first, min(first + page, count))]
        link = {"rel": "next", "href": f"{scripted.url}{path}?limit={page}&marker={first + page - 1}"}
        return 200, {key: items, f"{key}_links": [link] if first + page < count else []}

    scripted.handlers.insert(0, pages)
    return asked


def test_many_servers_are_found_in_one_list(scripted: Any, cloud: Any) -> None:
    asked = listing(scripted, "/compute/v2.1/servers/detail", "servers", 40)
    found = cloud.compute.look("server", {"3", "7", "gone"}, version="2.26")
    assert found == {id: {"id": id, "status": "ACTIVE"} for id in ("3", "7")}
    assert len(asked) == 1
    assert scripted.asked[-1].headers["OpenStack-API-Version"] == "compute 2.26"


def test_no_more_pages_are_read_than_what_is_looked_for_fills_and_one(scripted: Any, cloud: Any) -> None:
    asked = listing(scripted, "/compute/v2.1/servers/detail", "servers", 5000)
    assert cloud.compute.look("server", {"1", "4000"}) == {"1": {"id": "1", "status": "ACTIVE"}}
    assert len(asked) == 2


def test_reading_ends_when_all_are_found(scripted: Any, cloud: Any) -> None:
    asked = listing(scripted, "/compute/v2.1/servers/detail", "servers", 5000)
    assert len(cloud.compute.look("server", {"1", "249"})) == 2
    assert len(asked) == 1


def test_where_a_list_takes_ids_they_are_asked_for_in_short_queries(scripted: Any, cloud: Any) -> None:
    asked: list[list[str]] = []

    def ports(request: Any) -> Any:
        if request.path != "/network/v2.0/ports":
            return None
        ids = parse_qs(request.query)["id"]
        asked.append(ids)
        return 200, {"ports": [{"id": id, "status": "DOWN"} for id in ids]}

    scripted.handlers.insert(0, ports)
    ids = {f"port-{number}" for number in range(120)}
    assert cloud.network.look("port", ids).keys() == ids
    assert [len(each) for each in asked] == [50, 50, 20]


def test_a_kind_whose_list_shows_little_is_not_listed(scripted: Any, cloud: Any) -> None:
    assert cloud.compute.look("flavor", {"1"}) is None
    assert cloud.network.look("no such kind", {"1"}) is None
    assert not [each for each in scripted.asked if each.path.startswith(("/compute", "/network"))]
