"""Templates: get, validate, estimate."""

from __future__ import annotations

import json

from heat_mq.api_cfn import views
from heat_mq.api_cfn.call import Call, Result
from heat_mq.api_cfn.errors import AwsError
from heat_mq.web.template import check_size, fetcher


def required_template(call: Call) -> str:
    """The text of TemplateBody, or what is at TemplateUrl."""
    text = call.text("TemplateBody")
    if text is not None:
        check_size(len(text.encode()), call.service.conf.max_template_size)
        return text
    # AWS's own clients write the name in another way.
    url = call.text("TemplateUrl", "TemplateURL")
    if url is None:
        raise AwsError("MissingParameter", "No template: give TemplateBody or TemplateUrl.")
    return fetcher(call.service.conf).fetch(url)


def get(call: Call) -> Result:
    """The stored template, as JSON text."""
    return {"TemplateBody": json.dumps(call.engine.get_template(call.context, call.stack()))}


def validate(call: Call) -> Result:
    found = call.engine.validate_template(call.context, required_template(call))
    parameters = found["Parameters"].items()
    return {
        "Description": found["Description"],
        "Parameters": [views.template_parameter(name, dict(parameter)) for name, parameter in parameters],
    }


def estimate_cost(call: Call) -> Result:
    """Here nothing has a price; the address tells what that means."""
    return {"Url": "https://en.wikipedia.org/wiki/Gratis"}
