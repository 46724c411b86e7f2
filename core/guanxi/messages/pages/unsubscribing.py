"""Where an unsubscribe link leads (RFC 8058): looking changes nothing, the button or a POST does.

Mail scanners follow every link, so only a POST records the withdrawal. It needs no form token:
mail services send it for their users, and the signed link itself proves what it is about.
"""

from flask import render_template, request

from guanxi.customers.domain.consents import CHANNELS, PURPOSES
from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.messages.domain.unsubscribing import Subscription, UnsubscribeLinks
from guanxi.messages.domain.unsubscribing import unsubscribe as end
from guanxi.messages.pages.blueprint import pages


@pages.get("/unsubscribe/<token>", public=True)
def unsubscribe(token: str) -> str:
    """Ask, with a button."""
    return _draw(token, _links().read(token), done=False)


@pages.post("/unsubscribe/<token>", public=True)
def unsubscribe_submit(token: str) -> str:
    """Record the withdrawal."""
    subscription = _links().read(token)
    everywhere = request.form.get("everywhere") == "1"
    end(current.tx(), subscription, everywhere=everywhere, now=current.now())
    return _draw(token, subscription, done=True)


def _links() -> UnsubscribeLinks:
    platform = current.platform()
    return UnsubscribeLinks(platform.secrets.signing_key, platform.config.base_url)


def _draw(token: str, subscription: Subscription, *, done: bool) -> str:
    language = current_language()
    channel, purpose = CHANNELS.get(subscription.channel), PURPOSES.get(subscription.purpose)
    return render_template(
        "messages/unsubscribe.html",
        token=token,
        channel=channel.in_language(language) if channel else subscription.channel,
        purpose=purpose.in_language(language) if purpose else subscription.purpose,
        company=current.platform().settings.get("core")["company"],
        done=done,
    )
