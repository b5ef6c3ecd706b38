"""One service of a cloud: requests with JSON in and out, retries where they are safe, names looked up."""

from __future__ import annotations

import dataclasses
import json
import random
import urllib.parse
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

import requests
import tenacity
from keystoneauth1.adapter import Adapter
from oslo_context import context as oslo_context
from tenacity.stop import stop_base

from heat_mq.clients import errors, looking, turns
from heat_mq.clients.concurrency_limit import ConcurrencyLimit
from heat_mq.clients.expiring import Expiring
from heat_mq.clients.settings import ServiceSettings
from heat_mq.errors import Ambiguous, CloudError, CloudGone, CloudTransient, NotFound, nearest

#: How long a name is known to stand for an id: long enough for the burst of a stack's steps, short
#: enough that a user who makes an object anew is not met with the old id.
NAME_SECONDS: Final = 5.0
#: Seconds within which repetitions begin; longer waiting is the caller's.
PATIENCE: Final = 10.0
#: The same in a step of a node, which can wait without a thread.
STEP_PATIENCE: Final = 1.0
#: The first pause before a repetition, the longest, and what is added by chance, so that many do not come back at once.
FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 5.0
JITTER: Final = 0.2
#: A second DELETE of what is gone answers 404, which counts as done.
_SAFE: Final = frozenset({"GET", "HEAD", "DELETE"})
_READS: Final = frozenset({"GET", "HEAD"})
#: How long the service's URL is known; a token's catalog is good for longer.
ENDPOINT_SECONDS: Final = 60.0
#: How many names are read to say which one was meant.
NEAREST_OF: Final = 500

Query = Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """Objects that can be looked up by name or id.

    ``path`` lists them under key ``many`` and shows one at ``path/id`` under ``one`` ("" for a bare object);
    ``by_name`` is the query that filters by name ("" where the service has no such filter), ``query`` what every list
    needs; ``free_ids`` tells that an id may look like anything, not just like a UUID. ``word`` is the kind
    in messages. ``extension`` is what a service must offer to know it. ``detail`` is the path of a list that shows
    objects as whole as they are shown alone; ``many_ids`` tells that the list at ``path`` does, and takes several ids
    as a filter.
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
    detail: str = ""
    many_ids: bool = False


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
        limit: Callable[[], ConcurrencyLimit] | None = None,
        renew: Callable[[str], bool] | None = None,
    ) -> None:
        """``limit`` finds the limit that calls run under, ``renew`` gets a new token in place of a refused one."""
        self.service_type = service_type
        self._proxy = proxy
        self._settings = settings
        self._names: Expiring[Any] = names if names is not None else Expiring(NAME_SECONDS)
        common: dict[str, Any] = {
            "stop": tenacity.stop_after_attempt(retries + 1) | _OutOfPatience(),
            "wait": _wait,
            "reraise": True,
            **({"sleep": sleep} if sleep is not None else {}),
        }
        self._endpoints: Expiring[str] = Expiring(ENDPOINT_SECONDS)
        self._find_limit = limit
        self._limit: ConcurrencyLimit | None = None
        self._renew = renew
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
        for page in self.pages(path, key, query=query, version=version):
            yield from page

    def pages(
        self, path: str, key: str, *, query: Query | None = None, version: str | None = None
    ) -> Iterator[Sequence[Any]]:
        """The same, a page at a time."""
        url, params = path, query
        while True:
            page = self.get(url, query=params, version=version)
            yield page.get(key) or ()
            following = _next(page, key)
            if not following:
                return
            url, params = self._relative(following, path), None

    def look(self, kind: str, ids: Collection[str], *, version: str | None = None) -> dict[str, Any] | None:
        """Those of the objects that a few lists show, by id; None when the kind has no list that shows them whole.

        One that is missing may be there all the same: ask for it by its id.
        """
        known = self.KINDS.get(kind)
        if known is None or not (known.detail or known.many_ids):
            return None
        return looking.look(self, known, ids, version)

    # --- looking up ---------------------------------------------------------------------------

    def find(self, kind: str, name_or_id: str) -> str:
        """The id of a ``kind`` by its name or id.

        Raises NotFound (with the nearest name) when there is none and Ambiguous when the name stands
        for several and not for exactly one in the caller's own project.
        """
        wanted = str(name_or_id)
        return str(self._names.fetch((kind, wanted), lambda: self._find(self.KINDS[kind], kind, wanted)))

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
        options: dict[str, Any] = {"verify": self._settings.verify, "log": False}
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
        with self._the_limit().call(_shape(method, path)) as permit:
            if method not in _READS:
                turns.check_guard()
            with errors.translated(self.service_type):
                response = self._send(method, path, options)
            permit.status = response.status_code
            permit.retry_after = errors.retry_after(response)
        if response.status_code >= 400:
            raise errors.from_response(response, self.service_type)
        return response

    def _send(self, method: str, path: str, options: dict[str, Any]) -> requests.Response:
        """One request; a second one with a new token when the first was refused for its token."""
        base = self._endpoints.fetch("", lambda: Adapter.get_endpoint(self._proxy) or "")
        if base:
            # keystoneauth would copy and search the whole catalog for every request. It fills in what follows a %.
            options["endpoint_override"] = base.replace("%", "%%")
        for last in (self._renew is None, True):
            # The SDK's own request() works out names for metrics on every call and adds nothing else.
            response: requests.Response = Adapter.request(
                *(self._proxy, path, method),
                raise_exc=False,
                # keystoneauth would throw away a token that another thread has just fetched.
                allow_reauth=self._renew is None,
                global_request_id=_global_request_id(),
                **options,
            )
            if last or response.status_code != 401 or self._renew is None or not self._renew(_token_of(response)):
                break
        return response

    def _the_limit(self) -> ConcurrencyLimit:
        if self._limit is None:
            with errors.translated(self.service_type):
                self._limit = self._find_limit() if self._find_limit is not None else ConcurrencyLimit()
        return self._limit

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
    if asked is not None:
        return asked * random.uniform(1, 1 + JITTER)
    return min(FIRST_PAUSE * 2 ** (state.attempt_number - 1), LONGEST_PAUSE) * random.uniform(1 - JITTER, 1 + JITTER)


class _OutOfPatience(stop_base):
    """When the next repetition would begin too late."""

    def __call__(self, state: tenacity.RetryCallState) -> bool:
        patience = STEP_PATIENCE if turns.in_step() else PATIENCE
        return (state.seconds_since_start or 0.0) + state.upcoming_sleep >= patience


def _shape(method: str, path: str) -> str:
    """The kind of a call: the path without ids and query."""
    parts = path.partition("?")[0].split("/")
    return f"{method} {'/'.join('*' if any(map(str.isdigit, part)) else part for part in parts)}"


def _token_of(response: requests.Response) -> str:
    return str(response.request.headers.get("X-Auth-Token") or "")


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
