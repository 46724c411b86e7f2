"""Ready classifications to be taken over: those of the theory, and those of trades."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from guanxi.sdk import current
from guanxi_segmentation.pages.blueprint import MANAGE, pages
from guanxi_segmentation.schemes.presets import ensure_ready_made
from guanxi_segmentation.texts import _


@pages.get("/schemes/ready-made", permission=MANAGE)
def ready_schemes() -> str:
    """What can be taken over."""
    return render_template("segmentation/ready_schemes.html")


@pages.post("/schemes/ready-made", permission=MANAGE)
def take_ready_made() -> Response:
    """Make those of the two schemes of the theory that are not there."""
    made = ensure_ready_made(current.tx(), now=current.now())
    if made:
        flash(_("The schemes are there. Customers are being sorted."), "success")
    else:
        flash(_("Both schemes are there already."), "info")
    return redirect(url_for("segmentation.schemes"))
