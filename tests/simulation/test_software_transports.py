"""Reports that are left in objects and queues, and metadata that is handed over there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heat_mq.context import RequestContext
from heat_mq.db.repo import software
from heat_mq.engine.commands.software_configs import create_config
from heat_mq.engine.commands.software_deployments import create_deployment, delete_deployment, update_deployment
from heat_mq.engine.guest_metadata import publish
from heat_mq.engine.queries.resources import describe_stack_resource
from heat_mq.engine.queries.software import server_metadata, show_deployment
from heat_mq.errors import Forbidden
from heat_mq.state.sealed import open_data
from tests.simulation.acts import create, update
from tests.simulation.mail import ACCOUNT, Mail
from tests.simulation.software import CONFIG, applied, configs, deployments, inputs, resources, waits
from tests.simulation.test_wait_conditions import Mortal
from tests.simulation.users import with_users
from tests.simulation.world import World

GOOD = {"deploy_stdout": "done", "deploy_status_code": "0"}


@pytest.fixture
def mail(world: World) -> Mail:
    with_users(world)
    return Mail(world)


def leave(mail: Mail, config: dict[str, Any], report: dict[str, Any]) -> None:
    """What the guest does at the end, by the inputs that it was given."""
    given = inputs(config)
    if given["deploy_signal_transport"] == "TEMP_URL_SIGNAL":
        assert given["deploy_signal_verb"] == "PUT"
        mail.put(given["deploy_signal_id"], report)
    else:
        assert given["deploy_password"]
        mail.queues.post_messages(given["deploy_queue_id"], [{"body": report, "ttl": 60}], "guest")


@pytest.mark.parametrize("transport", ["TEMP_URL_SIGNAL", "ZAQAR_SIGNAL"])
def test_a_report_is_looked_for_where_it_is_left(world: World, mail: Mail, transport: str) -> None:
    stack = create(world, resources(signal_transport=transport))
    world.run(lambda: waits(world))
    world.go_on(30)
    assert waits(world)
    leave(mail, applied(world, stack)[0], GOOD)
    world.run()
    assert world.state(stack) == "CREATE_COMPLETE"
    update(world, stack, resources(signal_transport=transport, input_values={"place": "there"}))
    world.run(lambda: waits(world))
    world.go_on(30)
    assert waits(world)  # the report of the action before is none of this one
    leave(mail, applied(world, stack)[0], {"deploy_status_code": 1})
    world.run()
    assert world.state(stack) == "UPDATE_FAILED"
    world.delete(stack)
    world.run()
    assert (mail.store.containers, mail.queues.queues, deployments(world)) == ({}, {}, [])


def test_showing_a_deployment_of_no_stack_looks_for_its_report(world: World, mail: Mail) -> None:
    told = [
        {"name": "deploy_signal_transport", "type": "String", "value": "TEMP_URL_SIGNAL"},
        {"name": "deploy_signal_id", "type": "String", "value": f"{ACCOUNT}/box/report?temp_url_sig=x"},
    ]
    config = create_config(world.service, world.context, "script", "c", "echo", told, [], {})
    made = create_deployment(
        world.service, world.context, "server", config["id"], {}, "UPDATE", "IN_PROGRESS", "", None
    )
    assert show_deployment(world.service, world.context, made["id"])["status"] == "IN_PROGRESS"
    mail.store.containers["box"] = {"report": GOOD}
    shown = show_deployment(world.service, world.context, made["id"])
    assert (shown["status"], shown["output_values"]["deploy_stdout"]) == ("COMPLETE", "done")


def test_a_report_is_not_taken_for_that_of_a_config_which_came_while_it_was_read(
    world: World, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    def config(name: str) -> str:
        told = [
            {"name": "deploy_signal_transport", "type": "String", "value": "TEMP_URL_SIGNAL"},
            {"name": "deploy_signal_id", "type": "String", "value": f"{ACCOUNT}/box/{name}"},
        ]
        return str(create_config(world.service, world.context, "script", name, "echo", told, [], {})["id"])

    args = ("server", config("first"), {}, "UPDATE", "IN_PROGRESS", "", None)
    made = create_deployment(world.service, world.context, *args)
    second = config("second")
    mail.store.containers["box"] = {"first": GOOD}
    read = mail.store.read_object

    def late(container: str, name: str) -> Any:
        if name == "first":
            changes = (second, None, None, None, "IN_PROGRESS", None, None)
            update_deployment(world.service, world.context, made["id"], *changes)
        return read(container, name)

    monkeypatch.setattr(mail.store, "read_object", late)
    show_deployment(world.service, world.context, made["id"])
    assert show_deployment(world.service, world.context, made["id"])["status"] == "IN_PROGRESS"
    mail.store.containers["box"]["second"] = GOOD
    assert show_deployment(world.service, world.context, made["id"])["status"] == "COMPLETE"


def test_a_report_in_another_account_is_not_looked_for(world: World, mail: Mail) -> None:
    told = [
        {"name": "deploy_signal_transport", "type": "String", "value": "TEMP_URL_SIGNAL"},
        {"name": "deploy_signal_id", "type": "String", "value": "http://swift/v1/AUTH_other/box/report"},
    ]
    mail.store.containers["box"] = {"report": GOOD}
    config = create_config(world.service, world.context, None, "c", None, told, [], {})
    made = create_deployment(world.service, world.context, "s", config["id"], {}, None, "IN_PROGRESS", None, None)
    assert show_deployment(world.service, world.context, made["id"])["status"] == "IN_PROGRESS"


def server(transport: str, **properties: Any) -> dict[str, Any]:
    given = {"software_config_transport": transport, **properties}
    return {"type": "OS::Heat::DeployedServer", "properties": given}


def handed(mail: Mail, settings: dict[str, Any]) -> dict[str, Any]:
    """The newest metadata, as the guest finds it by its settings."""
    if "request" in settings:
        container, name = settings["request"]["metadata_url"].partition("?")[0].removeprefix(f"{ACCOUNT}/").split("/")
        return dict(mail.store.containers[container][name])
    return dict(mail.queues.queues[settings["zaqar"]["queue_id"]][-1]["body"])


@pytest.mark.parametrize("transport", ["POLL_TEMP_URL", "ZAQAR_MESSAGE"])
def test_metadata_is_handed_over_with_each_change_of_what_is_deployed(world: World, mail: Mail, transport: str) -> None:
    parts = {**resources(signal_transport="NO_SIGNAL"), "server": server(transport)}
    stack = create(world, parts)
    world.run()
    row = world.rows(stack)["server"]
    settings = open_data(world.service.box, row)["os_collect_config"]
    found = handed(mail, settings)
    assert found["os-collect-config"] == settings
    assert [config["config"] for config in found["deployments"]] == ["echo $place"]
    config = create_config(world.service, world.context, None, "alone", "by hand", [], [], {})
    made = create_deployment(
        world.service, world.context, row.physical_id or "", config["id"], {}, None, None, None, None
    )
    assert [config["config"] for config in handed(mail, settings)["deployments"]] == ["by hand", "echo $place"]
    delete_deployment(world.service, world.context, made["id"])
    assert [config["config"] for config in handed(mail, settings)["deployments"]] == ["echo $place"]
    world.delete(stack)
    world.run()
    assert (mail.store.containers, mail.queues.queues) == ({}, {})


def test_another_transport_takes_the_metadata_along(world: World, mail: Mail) -> None:
    parts = resources(signal_transport="NO_SIGNAL")
    stack = create(world, {**parts, "server": server("POLL_TEMP_URL", deployment_swift_data={"container": "shared"})})
    world.run()
    assert list(mail.store.containers) == ["shared"]
    update(world, stack, {**parts, "server": server("ZAQAR_MESSAGE")})
    world.run()
    settings = open_data(world.service.box, world.rows(stack)["server"])["os_collect_config"]
    assert mail.store.containers == {}  # it was made for this object
    assert len(handed(mail, settings)["deployments"]) == 1


def test_who_hands_over_last_hands_over_what_is_stored(
    world: World, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = create(world, {**resources(signal_transport="NO_SIGNAL"), "server": server("POLL_TEMP_URL")})
    world.run()
    row = world.rows(stack)["server"]
    settings = open_data(world.service.box, row)["os_collect_config"]
    put = mail.store.put_object
    overtaken: list[str] = []

    def slow(container: str, name: str, content: Any) -> None:
        if not overtaken:  # somebody else changes what is deployed and hands it over, before this one arrives
            overtaken.append(name)
            world.database.write(software.remove_deployments, [item["id"] for item in deployments(world)])
            publish(world.service, row.physical_id or "")
        put(container, name, content)

    monkeypatch.setattr(mail.store, "put_object", slow)
    publish(world.service, row.physical_id or "")
    assert handed(mail, settings)["deployments"] == []


def test_a_guest_reads_the_metadata_of_its_own_server_alone(world: World, mail: Mail) -> None:
    parts = {**resources(signal_transport="NO_SIGNAL"), "other": server("POLL_SERVER_HEAT"), "config": CONFIG}
    stack = create(world, {**parts, "server": server("POLL_SERVER_HEAT")})
    world.run()
    user = open_data(world.service.box, world.rows(stack)["server"])["stack_user"]
    guest = RequestContext(user_id=user["user_id"], project_id=user["project_id"], roles=["heat_stack_user"])
    mine, others = (world.rows(stack)[name].physical_id or "" for name in ("server", "other"))
    assert [config["config"] for config in server_metadata(world.service, guest, mine)] == ["echo $place"]
    with pytest.raises(Forbidden):
        server_metadata(world.service, guest, others)
    stranger = RequestContext(user_id="x", project_id="elsewhere", roles=["member"])
    assert server_metadata(world.service, stranger, mine) == []
    row = world.stack(stack)
    identity = {"tenant": row.project_id, "stack_name": row.name, "stack_id": row.id, "path": ""}
    shown = describe_stack_resource(world.service, guest, identity, "server")["metadata"]
    assert shown["os-collect-config"]["heat"]["user_id"] == user["user_id"]
    assert len(configs(world)) == 2


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("fatal", range(1, 4))
@pytest.mark.parametrize("transport", ["HEAT_SIGNAL", "ZAQAR_SIGNAL", "CFN_SIGNAL"])
def test_a_guest_is_told_of_credentials_that_work_whoever_dies_over_them(
    make_world: Callable[..., World], transport: str, fatal: int, after: bool
) -> None:
    world = make_world(workers=2)
    with_users(world)
    identity = Mortal(fatal, after=after)
    world.clouds.identity = identity  # type: ignore[attr-defined]
    mail = Mail(world)
    stack = create(world, {**resources(signal_transport=transport), "server": server("POLL_TEMP_URL")})
    world.run(lambda: waits(world))
    given = inputs(applied(world, stack)[0])
    if transport == "CFN_SIGNAL":
        assert [pair["access"] in given["deploy_signal_id"] for pair in identity.keys.values()] == [True]
    else:
        assert identity.users[given["deploy_user_id"]]["password"] == given["deploy_password"]
    assert len(identity.users) == 1
    world.delete(stack)
    world.run()
    assert (identity.users, identity.keys, mail.store.containers, deployments(world)) == ({}, {}, {}, [])
