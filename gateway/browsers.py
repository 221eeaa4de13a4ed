"""What every answer tells a browser: to run nothing, to fetch nothing from elsewhere, and to keep others out."""

from flask import Flask, Response, request


def _policy(**more: str) -> str:
    """The content policy: nothing but own style sheets and pictures, and what is named beside them."""
    allowed = {"default-src": "'none'", "style-src": "'self'", "img-src": "'self'", "form-action": "'self'"}
    allowed |= {"base-uri": "'none'", "frame-ancestors": "'none'", "object-src": "'none'"}
    allowed |= {f"{what}-src": source for what, source in more.items()}
    return "; ".join(f"{what} {source}" for what, source in allowed.items())


_UNUSED = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get",
    "screen-wake-lock", "sync-xhr", "usb", "xr-spatial-tracking",
)  # fmt: skip
"""What a page could ask of the device, and none of ours does."""

ON_EVERY_ANSWER = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
    # Not "no-referrer": with that, browsers say "Origin: null" even of our own forms.
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": _policy(),
    "Permissions-Policy": ", ".join(f"{what}=()" for what in _UNUSED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
"""Headers of whatever does not set its own: those that OWASP's secure headers project asks for."""

OVER_TLS = {"Strict-Transport-Security": "max-age=63072000"}
"""Beside them where the answer goes out encrypted, as a trusted proxy says; elsewhere it would shut people out."""

LISTENING = {
    "Content-Security-Policy": _policy(script="'self'", connect="'self'", img="'self' blob:"),
    "Permissions-Policy": ", ".join(f"{what}=()" for what in _UNUSED if what != "microphone") + ", microphone=(self)",
}
"""The policies of a page into which people speak, and which shows the pictures that they have chosen before these are
sent."""

RUNNING_OWN_SCRIPTS = {"Content-Security-Policy": _policy(script="'self'", connect="'self'")}
"""The policy of pages that run script files of ours, which ask this door; script within a page stays forbidden."""

NOT_KEPT = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
"""For pages that show one person's own: kept by no cache and shown to nobody else."""


def protect(app: Flask) -> None:
    """Let every answer of `app` say all this."""

    @app.after_request
    def _tell(response: Response) -> Response:
        for name, value in (ON_EVERY_ANSWER | (OVER_TLS if request.is_secure else {})).items():
            response.headers.setdefault(name, value)
        return response
