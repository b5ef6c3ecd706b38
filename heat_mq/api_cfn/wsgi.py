"""``application`` for uWSGI, gunicorn and mod_wsgi: ``heat_mq.api_cfn.wsgi:application``.

Configuration files come from ``HEAT_MQ_CONFIG_FILES`` (separated by ``:``), else the default one is read. Nothing is
read, and no connection made, before the first request: a server may fork until then.
"""

from __future__ import annotations

from heat_mq.api_cfn.app import make_app
from heat_mq.web.entry import Entry

application = Entry("heat-mq-api-cfn", make_app)
