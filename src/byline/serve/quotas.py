"""The settings' limits, as the server counts them."""

from __future__ import annotations

from byline.errors import SettingsError
from byline.serve.clients import networks
from byline.serve.limits import Quotas
from byline.settings import Settings


def quotas_of(settings: Settings) -> Quotas:
    """Raises SettingsError for a proxy that is no address."""
    try:
        trusted = networks(settings.trusted_proxies)
    except ValueError as error:
        raise SettingsError(f"BYLINE_TRUSTED_PROXIES: {error}.", "Write addresses such as 10.0.0.0/8.") from error
    return Quotas(
        settings.client_questions, settings.site_questions, settings.answers_at_once, settings.answers_waiting, trusted
    )
