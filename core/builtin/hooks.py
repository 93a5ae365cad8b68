"""What the platform itself declares, by the same door as every addon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.builtin.models import MODELS
from core.hooks import hookimpl
from core.mail import outbox
from core.rest import repeated
from core.security import account_links
from core.security.ground import ROLES
from core.views import batches
from core.views.platform_records import ENDPOINTS, VIEWS
from core.views.roles import ROLES as VIEW_ROLES
from core.webhooks import delivery

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from core.jobs import Job
    from core.orm.model import Model
    from core.security.roles import Role
    from core.views.declare import View
    from core.views.endpoints import Endpoint


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return MODELS


@hookimpl
def declare_views() -> Sequence[View]:
    return VIEWS


@hookimpl
def declare_endpoints() -> Sequence[Endpoint]:
    return ENDPOINTS


@hookimpl
def declare_jobs() -> Sequence[Job[Any]]:
    return (
        batches.run_batch,
        outbox.deliver_mail,
        outbox.deliver_waiting_mail,
        delivery.deliver_webhook,
        delivery.deliver_again,
        delivery.forget_old_deliveries,
        repeated.forget_old_requests,
        account_links.send_reset,
    )


@hookimpl
def declare_roles() -> Sequence[Role]:
    return (*ROLES, *VIEW_ROLES)
