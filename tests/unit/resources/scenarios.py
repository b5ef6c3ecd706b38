"""What must hold in the life of every type, on whatever cloud: nothing is left, whoever dies.

Who imports all of this gives the fixtures ``driver`` (drives as ``life.user``), ``holdings`` (all that the cloud
holds), ``rest`` (lets some seconds pass, so that what the cloud does by itself is done) and ``localized`` (a life in
the words of the cloud).
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import requests

from heat_mq.errors import CloudError, CloudGone
from heat_mq.resources.kit import Failed, Record, Replace, Resource, registry
from heat_mq.resources.kit.testing import Driver
from tests.unit.resources import saving
from tests.unit.resources.aws.lives import LIVES as AWS
from tests.unit.resources.barbican.lives import LIVES as BARBICAN
from tests.unit.resources.cinder.lives import LIVES as CINDER
from tests.unit.resources.glance.lives import LIVES as GLANCE
from tests.unit.resources.heat.lives import LIVES as HEAT
from tests.unit.resources.keystone.lives import LIVES as KEYSTONE
from tests.unit.resources.lives import Life, id_of, said
from tests.unit.resources.mortal import Death, Mortal, every_death
from tests.unit.resources.neutron.lives import LIVES as NEUTRON
from tests.unit.resources.nova.lives import LIVES as NOVA
from tests.unit.resources.octavia.lives import LIVES as OCTAVIA
from tests.unit.resources.swift.lives import LIVES as SWIFT
from tests.unit.resources.zaqar.lives import LIVES as ZAQAR
from tests.waiting import PATIENCE

Holdings = Callable[[], dict[tuple[str, str, str], Any]]

_OF_SERVICES = (KEYSTONE, NOVA, CINDER, BARBICAN, NEUTRON, OCTAVIA, SWIFT, GLANCE, HEAT, ZAQAR, AWS)
LIVES = {life.title: life for lives in _OF_SERVICES for life in lives}


#: Whose object is whole once it is there, or made whole by an update; all others are made anew after a failed create.
GONE_ON_WITH = frozenset(
    {
        "AWS::EC2::Instance",
        "OS::Barbican::CertificateContainer",
        "OS::Barbican::GenericContainer",
        "OS::Barbican::Order",
        "OS::Barbican::RSAContainer",
        "OS::Barbican::Secret",
        "OS::Cinder::Volume",
        "OS::Cinder::VolumeAttachment",
        "OS::Heat::SwiftSignalHandle",
        "OS::Neutron::ExtraRoute",
        "OS::Neutron::ExtraRouteSet",
        "OS::Neutron::FloatingIPAssociation",
        "OS::Neutron::RouterGateway",
        "OS::Neutron::RouterInterface",
        "OS::Nova::Server",
        "OS::Octavia::HealthMonitor",
        "OS::Octavia::L7Policy",
        "OS::Octavia::L7Rule",
        "OS::Octavia::Listener",
        "OS::Octavia::LoadBalancer",
        "OS::Octavia::Pool",
        "OS::Octavia::PoolMember",
        "OS::Octavia::Quota",
        "OS::Zaqar::Queue",
    }
)


@pytest.fixture(params=sorted(LIVES))
def written(request: pytest.FixtureRequest, localized: Callable[[Life], Life]) -> Life:
    """What is to be lived, before there is anything that has an id."""
    return localized(LIVES[request.param])


def of_those(applies: Callable[[Life], object]) -> pytest.MarkDecorator:
    """The test is one of these lives alone."""
    names = [name for name in sorted(LIVES) if applies(LIVES[name])]
    return pytest.mark.parametrize("written", names, indirect=True)


@dataclasses.dataclass(frozen=True)
class Stage:
    """What a life begins with, and the words for what was made for it."""

    begin: dict[str, Any]
    words: Mapping[str, str]


def made_for(driver: Driver, made: list[Record], words: dict[str, str], type_name: str, raw: dict[str, Any]) -> str:
    """The reference of something that a life needs, which is noted with the word that the life has for it."""
    made.append(driver.create(registry.get(type_name), f"needed{len(made)}", raw))
    id = str(driver.reference(made[-1]))
    words[id_of(str(raw.get("name") or raw.get("floating_ip_address")))] = id
    return id


@pytest.fixture
def stage(written: Life, driver: Driver, rest: Callable[[float], None]) -> Iterator[Stage]:
    """What the life needs is made, and at rest."""
    made: list[Record] = []
    words: dict[str, str] = {}

    with written.ground(driver) as ground:
        words |= ground
        begin = said(written.begin(lambda type_name, **raw: made_for(driver, made, words, type_name, raw)), words)
        rest(60)
        yield Stage(begin, words)
        for record in reversed(made):
            driver.delete(record)


@pytest.fixture
def life(written: Life, stage: Stage) -> Life:
    return written.spoken(stage.words)


@pytest.fixture
def begin(stage: Stage) -> dict[str, Any]:
    """Its properties."""
    return stage.begin


def changed(driver: Driver, life: Life, record: Record, raw: dict[str, Any]) -> Record:
    return driver.update(record, life.updated(raw)) if life.change else record


def assert_shows(driver: Driver, record: Record, wanted: Any) -> None:
    live = driver.read(record)
    assert {key: live.get(key) for key in wanted} == dict(wanted)


#: Keys of an object of which one that is made in its place has others.
RENEWED = frozenset({"created", "created_at", "standard_attr_id"})


def as_lines(holdings: Mapping[tuple[str, str, str], Any], *renewed: Record) -> list[str]:
    """What a cloud holds, but for when it was made and for order; of a record that was renewed by the new one's id."""
    old, new = (str(each.physical_id) for each in renewed) if renewed else ("", "")
    return _lines(holdings, lambda value: new if old and value == old else value)


def as_kinds(holdings: Mapping[tuple[str, str, str], Any]) -> list[str]:
    """What a cloud holds, but for what tells one object from another of its kind."""
    return _lines(holdings, lambda value: OWN.sub("…", value))


#: Ids, addresses, numbers of ports, times.
OWN = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{32}\b|fa:16:3e(:[0-9a-f]{2}){3}|\b\d+(\.\d+){3}\b"
    r"|-port-\d+$|^\d+\.\d{4,}$|\d{4}-\d\d-\d\dT[\d:.]+"
)


def _lines(holdings: Mapping[tuple[str, str, str], Any], said: Callable[[str], str]) -> list[str]:
    def line(value: Any) -> str:
        match value:
            case dict():
                lasting = {key: line(each) for key, each in value.items() if key not in RENEWED}
                return json.dumps(lasting, sort_keys=True)
            case list() | tuple():
                return json.dumps(sorted(map(line, value)))
        return said(str(value))

    return sorted(line(item) for item in holdings.items())


def test_it_is_created_checked_changed_in_place_and_deleted(
    life: Life, driver: Driver, holdings: Holdings, begin
) -> None:
    cls = registry.get(life.type)
    before = holdings()
    record = driver.create(cls, "thing", begin)
    assert_shows(driver, record, life.shown)
    driver.check(record)
    assert driver.drift(record, begin) == set()
    if life.change:
        assert not driver.needs_replace_failed(record)
    for name in cls.Attributes.props:
        driver.attribute(record, name)
    after = changed(driver, life, record, begin)
    if life.keeps_reference:
        assert driver.reference(after) == driver.reference(record)
    assert_shows(driver, after, life.changed)
    assert driver.drift(after, life.updated(begin)) == set()
    driver.delete(after)
    assert holdings() == before
    driver.delete(after)


def succeeded(driver: Driver, old: Record, raw: dict[str, Any]) -> Record:
    """The successor of an object that has made room: it is in order when the old one has gone."""
    new = driver.create(registry.get(old.type), "thing", raw)
    driver.clean_up(old, new)
    driver.check(new)
    return new


@of_those(lambda life: life.replace)
def test_what_cannot_be_changed_in_place_is_replaced(life: Life, driver: Driver, holdings: Holdings, begin) -> None:
    cls = registry.get(life.type)
    before = holdings()
    old = driver.create(cls, "thing", begin)
    raw = {key: value for key, value in {**begin, **life.replace}.items() if value is not None}
    with pytest.raises(Replace):
        driver.update(old, raw)
    driver.prepare_replace(old, raw)
    new = succeeded(driver, old, raw)
    assert driver.drift(new, raw) == set()
    driver.delete(new)
    assert holdings() == before


@of_those(lambda life: life.refused)
def test_what_the_service_refuses_to_change_is_told_in_its_words_and_left_as_it_was(
    life: Life, driver: Driver, holdings: Holdings, begin
) -> None:
    record = driver.create(registry.get(life.type), "thing", begin)
    before = holdings()
    for name, (value, words) in life.refused.items():
        with pytest.raises(CloudError, match=words):
            driver.update(record, {**begin, name: value})
        assert holdings() == before
    driver.delete(record)


@of_those(lambda life: life.can_be_gone and life.made_again)
def test_what_is_made_anew_outlives_the_clean_up_of_what_was_lost(
    life: Life, driver: Driver, holdings: Holdings, begin
) -> None:
    cls = registry.get(life.type)
    before = holdings()
    old = dataclasses.replace(driver.create(cls, "thing", begin), action="CHECK", status="FAILED")
    known = copy.deepcopy(driver.data[old.id])
    driver.delete(old)  # behind the stack's back
    driver.data[old.id] = known
    with contextlib.suppress(CloudGone):
        driver.prepare_replace(old, begin)
    new = succeeded(driver, old, begin)
    assert_shows(driver, new, life.shown)
    driver.delete(new)
    assert holdings() == before


@of_those(lambda life: life.comes_back_alike)
def test_whenever_a_worker_dies_a_failed_replacement_leaves_the_old_object_as_it_was(
    life: Life, driver: Driver, holdings: Holdings, begin, rest: Callable[[float], None]
) -> None:
    assert_comes_back(life, driver, holdings, begin, rest, lambda worker, old: worker.prepare_replace(old, begin))


@of_those(lambda life: life.comes_back_alike)
def test_what_a_dying_worker_gave_up_is_known_though_nobody_goes_on_with_the_replacement(
    life: Life, driver: Driver, holdings: Holdings, begin, rest: Callable[[float], None]
) -> None:
    def prepare(worker: Mortal, old: Record) -> None:
        with contextlib.suppress(Death):
            driver.prepare_replace(old, begin)

    assert_comes_back(life, driver, holdings, begin, rest, prepare)


def assert_comes_back(
    life: Life,
    driver: Driver,
    holdings: Holdings,
    begin: dict[str, Any],
    rest: Callable[[float], None],
    prepare: Callable[[Mortal, Record], None],
) -> None:
    """An object that made room as ``prepare`` does is there again when its successor did not come to be."""
    old = driver.create(registry.get(life.type), "thing", begin)
    rest(60)
    before = holdings()
    for worker in every_death(driver, *life.services):
        prepare(worker, old)
        restored = worker.until_done(old, "restore_replaced")
        rest(60)
        there = holdings()
        assert as_lines(there) == as_lines(before, old, restored)
        old, before = restored, there
    driver.delete(old)


@of_those(lambda life: life.type in GONE_ON_WITH)
def test_an_object_that_is_whole_is_gone_on_with_though_its_create_failed(life: Life, driver: Driver, begin) -> None:
    record = driver.create(registry.get(life.type), "thing", begin)
    assert not driver.needs_replace_failed(dataclasses.replace(record, status="FAILED"))
    driver.delete(record)


@of_those(lambda life: life.type not in GONE_ON_WITH and life.made_again)
def test_an_object_whose_create_failed_half_way_is_made_anew(
    life: Life, driver: Driver, holdings: Holdings, begin
) -> None:
    cls = registry.get(life.type)
    before = holdings()
    old = dataclasses.replace(driver.create(cls, "thing", begin), status="FAILED")
    assert driver.needs_replace_failed(old)
    driver.prepare_replace(old, begin)
    new = succeeded(driver, old, begin)
    assert_shows(driver, new, life.shown)
    assert driver.drift(new, begin) == set()
    driver.delete(new)
    assert holdings() == before


@of_those(lambda life: life.found_again and life.made_again)
def test_whenever_a_worker_dies_there_is_one_object_and_none_after_delete(
    life: Life, driver: Driver, holdings: Holdings, begin
) -> None:
    cls = registry.get(life.type)
    before = holdings()
    created, deaths = None, 0
    for worker in every_death(driver, *life.services):
        record = worker.create(cls, "thing", begin)
        there = len(holdings())
        created = created or there
        assert there == created
        assert_shows(driver, record, life.shown)
        if life.change:
            record = worker.update(record, life.updated(begin))
            assert_shows(driver, record, life.changed)
        worker.delete(record)
        assert holdings() == before
        deaths += worker.died
    assert deaths, f"{life.type} sends nothing to {life.services}"


@of_those(lambda life: life.found_again and life.made_again)
def test_what_a_worker_leaves_that_dies_in_a_create_is_deleted_though_nobody_went_on_with_it(
    life: Life, driver: Driver, holdings: Holdings, begin
) -> None:
    before = holdings()
    for worker in every_death(driver, *life.services):
        left = worker.leave_create(registry.get(life.type), "thing", begin)
        if left.physical_id is None:
            driver.delete_begun(left)
        else:
            driver.delete(left)
        assert holdings() == before


@of_those(lambda life: life.change and life.changes_back)
def test_whenever_a_worker_dies_an_update_is_taken_back_though_nobody_went_on_with_it(
    life: Life, driver: Driver, holdings: Holdings, begin, rest: Callable[[float], None]
) -> None:
    record = driver.create(registry.get(life.type), "thing", begin)
    rest(60)
    before = as_kinds(holdings())
    for worker in every_death(driver, *life.services):
        worker.leave_update(record, life.updated(begin))
        driver.take_back(record, life.updated(begin))
        rest(60)
        assert as_kinds(holdings()) == before
        assert_shows(driver, record, life.shown)
    driver.delete(record)


@of_those(lambda life: life.change and life.made_again)
def test_what_a_worker_leaves_that_dies_in_an_update_is_deleted_though_nobody_went_on_with_it(
    life: Life, driver: Driver, holdings: Holdings, begin
) -> None:
    before = holdings()
    for worker in every_death(driver, *life.services):
        with worker.alive():
            record = driver.create(registry.get(life.type), "thing", begin)
        worker.leave_update(record, life.updated(begin))
        driver.delete(record, tried=life.updated(begin))
        assert holdings() == before


def test_what_never_was_is_deleted_though_what_it_needed_is_gone(
    written: Life, driver: Driver, rest: Callable[[float], None]
) -> None:
    made: list[Record] = []
    words: dict[str, str] = {}
    with written.ground(driver) as ground:
        words |= ground
        begin = said(written.begin(lambda type_name, **raw: made_for(driver, made, words, type_name, raw)), words)
        rest(60)
        record = Mortal(driver, 0, ()).never_made(registry.get(written.type), "thing", begin)
        for each in reversed(made):
            driver.delete(each)
        rest(60)
        driver.delete_begun(record)


@of_those(lambda life: registry.get(life.type).find_existing is Resource.find_existing)
def test_what_nobody_could_find_again_is_not_made_before_it_is_stored_that_it_will_be(
    life: Life, driver: Driver, holdings: Holdings, begin
) -> None:
    cls = registry.get(life.type)
    before = holdings()
    record = driver.begin(cls, "thing", begin)
    assert holdings() == before
    driver.delete(record)


@of_those(lambda life: life.asleep)
def test_whenever_a_worker_dies_it_is_suspended_and_resumed(life: Life, driver: Driver, begin) -> None:
    record = driver.create(registry.get(life.type), "thing", begin)
    for worker in every_death(driver, *life.services):
        worker.once(record, "suspend")
        worker.until_done(record, "check_suspend")
        assert_shows(driver, record, life.asleep)
        worker.once(record, "resume")
        worker.until_done(record, "check_resume")
        assert_shows(driver, record, life.shown)
    driver.delete(record)


@of_those(lambda life: registry.get(life.type).snapshots)
def test_whenever_a_worker_dies_it_is_saved_once_and_nothing_is_left_of_the_copy(
    life: Life, driver: Driver, holdings: Holdings, begin
) -> None:
    record = driver.create(registry.get(life.type), "thing", begin)
    before = holdings()
    for worker in every_death(driver, *life.services):
        kept = saving.save(worker, record)
        # Nothing of a server that boots from a volume.
        assert bool(kept) != ("block_device_mapping_v2" in begin and "image" not in begin)
        assert len(holdings()) == len(before) + bool(kept)
        saving.drop(worker, record, kept)
        assert holdings().keys() == before.keys()
    driver.delete(record)


@pytest.mark.parametrize("written", ["OS::Cinder::VolumeAttachment"], indirect=True)
def test_whenever_a_worker_dies_a_volume_grows_where_it_is_attached(life: Life, driver: Driver, begin) -> None:
    volume = driver.create(registry.get("OS::Cinder::Volume"), "disk", {"size": 1})
    attachment = driver.create(registry.get(life.type), "thing", {**begin, "volume_id": driver.reference(volume)})
    for worker in every_death(driver, *life.services):
        size = volume.properties["size"] + 1
        volume = worker.update(volume, {"size": size})
        assert_shows(driver, volume, {"size": size, "status": "in-use"})
        assert [each["server_id"] for each in driver.read(volume)["attachments"]] == [begin["instance_uuid"]]
    driver.delete(attachment)
    driver.delete(volume)


@pytest.mark.parametrize("written", ["OS::Neutron::RouterInterface"], indirect=True)
def test_whenever_a_worker_dies_an_interface_by_a_port_takes_the_port_with_it(
    life: Life, driver: Driver, holdings: Holdings, begin
) -> None:
    network = driver.cloud.service("network").show("subnet", begin["subnet"])["network_id"]
    before = holdings()
    for worker in every_death(driver, *life.services):
        port = worker.create(registry.get("OS::Neutron::Port"), "port", {"network": network})
        raw = {"router": begin["router"], "port": driver.reference(port)}
        record = worker.create(registry.get(life.type), "thing", raw)
        assert_shows(driver, record, {"id": port.physical_id, **life.shown})
        assert driver.drift(record, raw) == set()
        worker.delete(record)
        assert holdings() == before
        worker.delete(port)


@pytest.mark.parametrize("written", ["OS::Nova::Server rebuilt and resized"], indirect=True)
def test_a_rebuild_that_the_hypervisor_cannot_do_fails_in_its_words_and_leaves_nothing(
    life: Life, driver: Driver, holdings: Holdings, begin
) -> None:
    before = holdings()
    record = driver.create(registry.get(life.type), "thing", begin)
    policy = {"image": life.change["image"], "image_update_policy": "REBUILD_PRESERVE_EPHEMERAL"}
    with pytest.raises(Failed, match="does not support preserving ephemeral partitions"):
        driver.update(record, {**begin, **policy})
    assert driver.needs_replace_failed(record)
    driver.delete(record)
    assert holdings() == before


@pytest.mark.parametrize("written", ["OS::Glance::WebImage"], indirect=True)
def test_an_image_that_is_protected_goes_when_it_is_protected_no_more(
    life: Life, driver: Driver, holdings: Holdings, begin
) -> None:
    before = holdings()
    record = driver.create(registry.get(life.type), "thing", {**begin, "protected": True})
    assert_shows(driver, record, {"protected": True})
    with pytest.raises(CloudError, match="protected"):
        driver.delete(record)
    for worker in every_death(driver, *life.services):
        record = worker.update(record, {**begin, "protected": False})
        assert_shows(driver, record, {"protected": False})
        record = worker.update(record, {**begin, "protected": True})
        assert_shows(driver, record, {"protected": True})
    driver.delete(driver.update(record, {**begin, "protected": False}))
    assert holdings() == before


@pytest.mark.parametrize("written", ["OS::Heat::SwiftSignalHandle"], indirect=True)
def test_signals_put_to_a_handle_are_counted(life: Life, driver: Driver, holdings: Holdings, begin) -> None:
    before = holdings()
    handle = driver.create(registry.get(life.type), "handle", begin)
    url = driver.reference(handle)
    for body in ({"id": "x", "data": 1}, {"data": "two"}, {"id": "x", "data": 3}):
        requests.put(url, json=body, timeout=PATIENCE).raise_for_status()
    wait = driver.create(registry.get("OS::Heat::SwiftSignal"), "wait", {"handle": url, "timeout": 60, "count": 2})
    assert json.loads(driver.attribute(wait, "data")) == {"x": 3, "2": "two"}
    driver.delete(wait)
    driver.delete(handle)
    assert holdings() == before


@of_those(lambda life: "identity" in life.services and not life.type.startswith("OS::Keystone::"))
def test_what_a_user_has_that_is_kept_out_goes_with_it(life: Life, driver: Driver, holdings: Holdings, begin) -> None:
    """While a stack is suspended its users are."""
    before = holdings()
    record = driver.create(registry.get(life.type), "thing", begin)
    driver.ports["signals"](record, driver.data[record.id]).enable_user(False)
    driver.delete(record)
    assert holdings() == before


@of_those(lambda life: life.can_be_gone)
def test_what_somebody_else_has_deleted_is_gone(life: Life, driver: Driver, begin) -> None:
    record = driver.create(registry.get(life.type), "thing", begin)
    driver.delete(record)
    assert driver.needs_replace_failed(record)
    with pytest.raises(CloudGone):
        driver.check(record)
