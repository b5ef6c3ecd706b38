"""One service of a cloud: requests with JSON in and out, retries where they are safe, names looked up."""

from __future__ import annotations

import dataclasses
import json
import urllib.parse
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final

import requests
import tenacity
from keystoneauth1.adapter import Adapter
from oslo_context import context as oslo_context

from heat_mq.clients import errors
from heat_mq.clients.expiring import Expiring
from heat_mq.clients.settings import ServiceSettings
from heat_mq.errors import Ambiguous, CloudError, CloudGone, CloudTransient, NotFound, nearest

#: How long a name is known to stand for an id: long enough for the burst of a stack's steps, short
#: enough that a user who makes an object anew is not met with the old id.
NAME_SECONDS: Final = 5.0
#: Seconds within which repetitions of a safe call begin; longer waiting is the scheduler's.
PATIENCE: Final = 10.0
#: A second DELETE of what is gone answers 404, which counts as done.
_SAFE: Final = frozenset({"GET", "HEAD", "DELETE"})
#: How many names are read to say which one was meant.
NEAREST_OF: Final = 500

Query = Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """Objects that can be looked up by name or id.

    ``path`` lists them under key ``many`` and shows one at ``path/id`` under ``one`` ("" for a bare object);
    ``by_name`` is the query that filters by name ("" where the service has no such filter), ``query`` what every list
    needs; ``free_ids`` tells that an id may look like anything, not just like a UUID. ``word`` is the kind
    in messages. ``extension`` is what a service must offer to know it.
    """

    path: str
    many: str
    one: str
    word: str = ""
    by_name: str = "name"
    query: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    free_ids: bool = False
    id_key: str = "id"
    extension: str = ""


class Service:
    """The adapter of one service. Subclasses name their ``KINDS`` and add verbs.

    Safe for many threads and green threads: it holds nothing but the SDK's proxy and caches.
    """

    KINDS: ClassVar[Mapping[str, Kind]] = {}

    def __init__(
        self,
        proxy: Adapter,
        service_type: str,
        settings: ServiceSettings,
        *,
        retries: int = 2,
        names: Expiring[Any] | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self.service_type = service_type
        self._proxy = proxy
        self._settings = settings
        self._names: Expiring[Any] = names if names is not None else Expiring(NAME_SECONDS)
        common: dict[str, Any] = {
            "stop": tenacity.stop_after_attempt(retries + 1) | tenacity.stop_before_delay(PATIENCE),
            "wait": _wait,
            "reraise": True,
            **({"sleep": sleep} if sleep is not None else {}),
        }
        self._repeat_safe = tenacity.Retrying(retry=tenacity.retry_if_exception_type(CloudTransient), **common)
        self._repeat_unseen = tenacity.Retrying(retry=tenacity.retry_if_exception(_unseen), **common)

    # --- requests -----------------------------------------------------------------------------

    def get(self, path: str, *, query: Query | None = None, version: str | None = None) -> Any:
        """The decoded answer. Repeated a few times when the service does not answer or is overloaded."""
        return _decoded(self.request("GET", path, query=query, version=version))

    def post(self, path: str, body: Any = None, *, version: str | None = None) -> Any:
        """Repeated only when the service cannot have seen it: what it may have made, a caller finds by name."""
        return _decoded(self.request("POST", path, body=body, version=version))

    def put(self, path: str, body: Any = None, *, version: str | None = None) -> Any:
        return _decoded(self.request("PUT", path, body=body, version=version))

    def patch(self, path: str, body: Any = None, *, version: str | None = None) -> Any:
        return _decoded(self.request("PATCH", path, body=body, version=version))

    def delete(self, path: str, *, version: str | None = None) -> None:
        """Raises CloudGone when there is nothing to delete."""
        self.request("DELETE", path, version=version)

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Any = None,
        version: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """The whole answer; any of 400 or above is raised as an error of ``heat_mq.errors``."""
        repeat = self._repeat_safe if method in _SAFE else self._repeat_unseen
        return repeat(self._once, method, path, query, body, version, headers)

    def each(self, path: str, key: str, *, query: Query | None = None, version: str | None = None) -> Iterator[Any]:
        """The items under ``key`` of all pages, fetched one after the other as they are consumed."""
        url, params = path, query
        while True:
            page = self.get(url, query=params, version=version)
            yield from page.get(key) or ()
            following = _next(page, key)
            if not following:
                return
            url, params = self._relative(following, path), None

    # --- looking up ---------------------------------------------------------------------------

    def find(self, kind: str, name_or_id: str) -> str:
        """The id of a ``kind`` by its name or id.

        Raises NotFound (with the nearest name) when there is none and Ambiguous when the name stands
        for several and not for exactly one in the caller's own project.
        """
        wanted = str(name_or_id)
        cached = self._names.get((kind, wanted))
        if cached is None:
            cached = self._find(self.KINDS[kind], kind, wanted)
            self._names.put((kind, wanted), cached)
        return str(cached)

    def endpoint(self) -> str:
        """The URL that paths are relative to."""
        # Not the proxy's own method: Keystone's proxy has another one of that name.
        with errors.translated(self.service_type):
            return str(Adapter.get_endpoint(self._proxy) or "")

    def extensions(self) -> frozenset[str]:
        """Aliases of the extensions that the service offers; only the network service has any."""
        return frozenset()

    # --- inside -------------------------------------------------------------------------------

    def _once(
        self,
        method: str,
        path: str,
        query: Query | None,
        body: Any,
        version: str | None,
        headers: Mapping[str, str] | None,
    ) -> requests.Response:
        options: dict[str, Any] = {"verify": self._settings.verify, "log": self._settings.log_bodies}
        if self._settings.cert is not None:
            options["cert"] = self._settings.cert
        if query:
            options["params"] = {key: value for key, value in query.items() if value is not None}
        if body is not None:
            options["json"] = body
        if version is not None:
            options["microversion"] = version
        if headers:
            options["headers"] = dict(headers)
        with errors.translated(self.service_type):
            # The SDK's own request() works out names for metrics on every call and adds nothing else.
            response = Adapter.request(
                self._proxy, path, method, raise_exc=False, global_request_id=_global_request_id(), **options
            )
        if response.status_code >= 400:
            raise errors.from_response(response, self.service_type)
        return response

    def _relative(self, url: str, path: str) -> str:
        """A link to the next page as a path of this endpoint: services give it absolute, relative or behind a proxy."""
        query = urllib.parse.urlsplit(url).query
        return f"{path}?{query}" if query else path

    def _find(self, kind: Kind, name: str, wanted: str) -> str:
        is_uuid = _is_uuid(wanted)
        if (is_uuid or kind.free_ids) and (found := self._by_id(kind, wanted)) is not None:
            return found
        named = self._by_name(kind, wanted)
        ids = list(dict.fromkeys(str(item[kind.id_key]) for item in named))
        if len(ids) > 1:
            project = Adapter.get_project_id(self._proxy)
            own = [
                str(item[kind.id_key]) for item in named if project in (item.get("project_id"), item.get("tenant_id"))
            ]
            ids = own if len(own) == 1 else ids
        word = kind.word or name.replace("_", " ")
        if not ids:
            near = nearest(wanted, self._known_names(kind))
            hint = f" Did you mean {near!r}?" if near else ""
            raise NotFound(f"The {word} ({wanted}) could not be found.{hint}", suggestion=near, kind=name)
        if len(ids) > 1:
            raise Ambiguous(
                f"{len(ids)} objects of kind {word} are named {wanted!r}: give the id of one ({', '.join(ids[:5])}).",
                kind=name,
            )
        return ids[0]

    def _by_id(self, kind: Kind, wanted: str) -> str | None:
        try:
            answer = self.get(f"{kind.path}/{quoted(wanted)}")
        except CloudGone:
            return None
        except CloudError as error:
            # Services refuse an id of the wrong shape with 400, and hide others' objects with 403.
            if error.status in (400, 403):
                return None
            raise
        found = answer[kind.one] if kind.one else answer
        return str(found[kind.id_key])

    def _by_name(self, kind: Kind, wanted: str) -> list[dict[str, Any]]:
        query = {**kind.query, **({kind.by_name: wanted} if kind.by_name else {})}
        return [item for item in self.each(kind.path, kind.many, query=query) if item.get("name") == wanted]

    def _known_names(self, kind: Kind) -> list[str]:
        try:
            items = zip(range(NEAREST_OF), self.each(kind.path, kind.many, query=kind.query), strict=False)
            return [str(item["name"]) for _, item in items if item.get("name")]
        except CloudError:
            return []


def quoted(part: str) -> str:
    """One segment of a path."""
    return urllib.parse.quote(str(part), safe="")


def _unseen(error: BaseException) -> bool:
    """A failure that leaves no doubt that nothing was done: no connection, or refused by a rate limit."""
    return isinstance(error, CloudTransient) and (error.status == 429 or errors.never_sent(error))


def _wait(state: tenacity.RetryCallState) -> float:
    outcome = state.outcome
    error = outcome.exception() if outcome is not None else None
    asked = error.retry_after if isinstance(error, CloudTransient) else None
    return asked if asked is not None else 0.2 * 2 ** (state.attempt_number - 1)


def _next(page: Mapping[str, Any], key: str) -> str:
    """The link to the next page: ``{key}_links`` (Nova, Neutron, Cinder), ``next`` (Glance), ``links`` (Keystone)."""
    for link in page.get(f"{key}_links") or ():
        if link.get("rel") == "next":
            return str(link["href"])
    links = page.get("links")
    found = page.get("next") or (links.get("next") if isinstance(links, dict) else None)
    return str(found or "")


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _global_request_id() -> str | None:
    """The id of the request that is being served, so that the services log it beside their own."""
    context = oslo_context.get_current()
    return (context.global_request_id or context.request_id) if context is not None else None


def _decoded(response: requests.Response) -> Any:
    if not response.content:
        return None
    try:
        return response.json()
    except json.JSONDecodeError:
        return None
