from __future__ import annotations

import json
import pathlib
import subprocess
import sys

import pytest

from heat_mq.cmd.lint import find_problems
from heat_mq.cmd.lint_files import Unreadable
from heat_mq.cmd.main import main

INVALID = pathlib.Path(__file__).parents[2] / "templates" / "invalid"
EXPECT = json.loads((INVALID / "EXPECT.json").read_text())
HOT = "heat_template_version: 2016-10-14\n"


@pytest.fixture
def write(tmp_path):
    """Writes files by name, answers the path of the last."""

    def write(**files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_yaml", ".yaml")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return path

    return write


def told(problem):
    return f"{problem.message} {problem.suggestion} {problem.path}"


def errors_of(template, *environments):
    return [problem for problem in find_problems(template, environments) if problem.severity == "error"]


@pytest.mark.parametrize("name", sorted(set(EXPECT) - {"five_mistakes.yaml"}))
def test_a_mistake_is_told_once_at_its_line_with_its_words(name):
    problems = find_problems(INVALID / name, [])
    fitting = [
        problem
        for problem in problems
        if problem.line in EXPECT[name]["line"] and all(word in told(problem) for word in EXPECT[name]["about"])
    ]
    assert fitting
    assert all(problem.column >= 1 for problem in fitting)
    for word in EXPECT[name].get("not_about", []):
        assert not any(word in told(problem) for problem in problems)
    assert len([problem for problem in problems if problem.severity == "error"]) <= 1


def test_five_mistakes_are_told_together_with_what_was_meant():
    errors = errors_of(INVALID / "five_mistakes.yaml")
    assert [(problem.line, problem.column, problem.suggestion) for problem in sorted(errors, key=lambda e: e.line)] == [
        (5, 11, "string"),
        (10, 27, "size"),
        (12, 7, "sequence"),
        (14, 11, "OS::Heat::Value"),
        (18, 26, "key"),
    ]
    assert [problem.line for problem in errors if problem.line in EXPECT["five_mistakes.yaml"]["lines"]]


def test_problems_are_printed_with_the_line_and_a_mark(capsys):
    assert main(["lint", str(INVALID / "unknown_property.yaml")]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[0].endswith("unknown_property.yaml:6:7: error: resources.key.properties.lenght: Unknown Property lenght")
    assert out[1:4] == ["  6 |       lenght: 12", "    |       ^^^^^^", "    = did you mean 'length'?"]
    assert out[-1] == "1 error"


def test_json_is_a_list_of_problems(capsys):
    assert main(["lint", "--format", "json", str(INVALID / "unknown_property.yaml")]) == 1
    (problem,) = json.loads(capsys.readouterr().out)
    assert (problem["severity"], problem["line"], problem["column"]) == ("error", 6, 7)
    assert problem["path"] == "resources.key.properties.lenght"
    assert (problem["message"], problem["suggestion"]) == ("Unknown Property lenght", "length")


def test_warnings_leave_the_exit_status_at_0(capsys):
    assert main(["lint", str(INVALID / "missing_parameter.yaml")]) == 0
    assert "warning" in capsys.readouterr().out


def test_a_clean_template_prints_nothing(write, capsys):
    assert main(["lint", str(write(a_yaml=HOT))]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_file_that_cannot_be_read_is_exit_status_2(write, tmp_path, capsys):
    assert main(["lint", str(tmp_path / "nowhere.yaml")]) == 2
    assert main(["lint", str(write(a_yaml=HOT)), "-e", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "nowhere.yaml: No such file" in err
    with pytest.raises(Unreadable):
        find_problems(tmp_path, [])


def test_bytes_that_are_no_text_are_told_at_their_place(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"a: 1\nb: \xff")
    (problem,) = find_problems(tmp_path / "a.yaml", [])
    assert (problem.line, problem.column) == (2, 4)


def test_nested_templates_and_their_files_are_read_from_beside_them(write):
    write(
        below__script_sh="echo",
        below__server_yaml=HOT
        + """
parameters: {size: {type: number}}
resources:
  key: {type: OS::Heat::RandomString, properties: {length: {get_param: size}, salt: {get_file: script_sh}}}
  deeper: {type: more.yaml}
outputs: {name: {value: x}}
""",
        below__more_yaml=HOT + "resources: {a: {type: OS::Heat::Non}}",
    )
    top = write(
        top_yaml=HOT
        + """
resources:
  web: {type: below/server.yaml, properties: {size: 4, siz: 5}}
outputs:
  name: {value: {get_attr: [web, name]}}
  key: {value: {get_attr: [web, resource.key, value]}}
  nam: {value: {get_attr: [web, nam]}}
"""
    )
    unknown, attribute = errors_of(top)
    assert (unknown.line, unknown.suggestion) == (4, "size")
    assert (attribute.line, attribute.suggestion) == (8, "name")
    top.write_text(top.read_text().replace(", siz: 5", "").replace("nam]", "name]"))
    (inner,) = errors_of(top)
    assert inner.file.endswith("below/more.yaml")
    assert (inner.line, inner.suggestion) == (2, "OS::Heat::None")
    assert inner.path.startswith("resources.web<below/server.yaml>.resources.deeper<more.yaml>.resources.a")


def test_a_value_that_does_not_fit_a_nested_parameter_is_told_where_it_is_given(write):
    write(inner_yaml=HOT + "parameters: {size: {type: number, constraints: [{range: {max: 3}}]}}")
    (problem,) = errors_of(write(top_yaml=HOT + "resources:\n  a: {type: inner.yaml, properties: {size: 4}}\n"))
    assert (problem.line, problem.path) == (3, "resources.a.properties.size")


def test_a_template_that_is_not_there_is_told_with_the_nearest_file(write):
    write(server_yaml=HOT)
    (problem,) = errors_of(write(top_yaml=HOT + "resources:\n  a: {type: sever.yaml}\n"))
    assert (problem.line, problem.column, problem.suggestion) == (3, 13, "server.yaml")


def test_what_lies_at_a_url_is_not_fetched(write):
    template = """
resources:
  a: {type: "https://example.com/x.yaml"}
  b: {type: OS::Heat::Value, properties: {value: {get_file: "https://example.com/x.sh"}}}
"""
    (problem,) = find_problems(write(top_yaml=HOT + template), [])
    assert (problem.severity, problem.line) == ("warning", 4)


def test_environments_are_merged_in_order(write):
    template = write(
        top_yaml=HOT
        + """
parameters: {size: {type: number}}
resources:
  a: {type: OS::Heat::RandomString, properties: {length: {get_param: size}}}
"""
    )
    small, large = write(small_yaml="parameters: {size: 5}"), write(large_yaml="parameters: {size: 5000}")
    assert not find_problems(template, [large, small])
    (problem,) = errors_of(template, small, large)
    assert "5000" in problem.message


def test_an_environment_names_templates_relative_to_itself(write):
    write(lib__mine_yaml=HOT + "parameters: {size: {type: number}}")
    template = write(top_yaml=HOT + "resources:\n  a: {type: My::Type, properties: {siz: 1}}\n")
    environment = write(lib__env_yaml="resource_registry: {'My::Type': mine.yaml, 'My::Other': OS::Heat::None}")
    based = write(env_yaml="resource_registry: {base_url: lib/, resources: {a: {'My::Type': mine.yaml}}}")
    for path in (environment, based):
        assert {problem.suggestion for problem in errors_of(template, path)} == {"size", ""}


def test_a_parameter_that_the_template_does_not_have_is_told_in_its_environment(write):
    template = write(top_yaml=HOT + "parameters: {size: {type: number, default: 1}}")
    (problem,) = errors_of(template, write(env_yaml="parameters:\n  siz: 1\n"))
    assert problem.file.endswith("env.yaml")
    assert (problem.line, problem.column, problem.suggestion) == (2, 3, "size")


def test_a_broken_environment_does_not_hide_what_is_wrong_with_the_template(write):
    template = write(top_yaml=HOT + "resources: {a: {type: X}}")
    assert len(errors_of(template, write(env_yaml="parameter: {}"))) == 2


def test_a_hidden_default_is_not_printed(write):
    template = write(
        top_yaml=HOT
        + """
parameters: {secret: {type: string, hidden: true, default: s3cret}}
resources:
  a: {type: OS::Heat::RandomString, properties: {length: {get_param: secret}}}
  g:
    type: OS::Heat::ResourceGroup
    properties: {resource_def: {type: OS::Heat::RandomString, properties: {length: {get_param: secret}}}}
"""
    )
    problems = errors_of(template)
    assert len(problems) == 2
    assert "s3cret" not in str(problems)


def test_a_group_tells_what_is_wrong_with_its_members_once_at_its_own_place(write):
    template = """
resources:
  g:
    type: OS::Heat::ResourceGroup
    properties: {count: 9, resource_def: {type: OS::Heat::RandomString, properties: {length: many}}}
"""
    (problem,) = errors_of(write(top_yaml=HOT + template))
    assert (problem.line, problem.column) == (4, 3)
    assert "many" in problem.message


def test_lint_neither_patches_the_process_nor_opens_a_connection():
    program = f"""
import socket, sys
def refuse(*args, **kwargs):
    raise AssertionError("no network")
socket.socket.connect = refuse
from heat_mq.cmd.main import main
status = main(["lint", {str(INVALID / "unknown_type.yaml")!r}])
assert status == 1, status
assert "eventlet" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)
