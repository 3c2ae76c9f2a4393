"""The security headers of every answer, errors included, and what a request may be."""

from flask import Flask, Response, current_app, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

csrf = CSRFProtect()

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"

MAX_FORM_PARTS = 1000
# Bytes of all fields of a form that are not files; pasted text is the largest.
MAX_FORM_MEMORY = 2 * 1024 * 1024


def init_app(app: Flask) -> None:
    """Protect every form against forgery, every answer by headers, the parser by limits."""
    app.config.update(MAX_FORM_PARTS=MAX_FORM_PARTS, MAX_FORM_MEMORY_SIZE=MAX_FORM_MEMORY)
    _set_up_cookies(app)
    csrf.init_app(app)
    app.after_request(_add_headers)
    if proxies := app.config.get("TRUSTED_PROXIES", 0):
        # The host is the one that was asked for: a proxy that does not write X-Forwarded-Host
        # passes on what a visitor wrote there.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0
        )


def _set_up_cookies(app: Flask) -> None:
    secure = app.config["SESSION_COOKIE_SECURE"]
    app.config.update(
        # A browser takes a __Host- cookie from this very host alone, and only over HTTPS.
        SESSION_COOKIE_NAME="__Host-casebook" if secure else "casebook",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        # The session in the database ends 30 days after it began, however often it is used: to
        # sign the same cookie again for each page would keep nobody in for longer.
        SESSION_REFRESH_EACH_REQUEST=False,
        # A form stays good as long as the session: nothing expires while it is read.
        WTF_CSRF_TIME_LIMIT=None,
    )


def headers_of(app: Flask) -> dict[str, str]:
    """Return the headers of every answer of the app, static files included."""
    if app.config["SESSION_COOKIE_SECURE"]:
        return {**HEADERS, "Strict-Transport-Security": STRICT_TRANSPORT}
    return HEADERS


def _add_headers(response: Response) -> Response:
    for name, value in headers_of(current_app).items():
        response.headers.setdefault(name, value)
    _set_caching(response)
    return response


def _set_caching(response: Response) -> None:
    cookie = current_app.config["SESSION_COOKIE_NAME"]
    if response.status_code >= 400 or cookie in request.cookies:
        # Whoever sends the cookie may be signed in; asking the database would cost a query.
        response.headers["Cache-Control"] = "private, no-store"
    else:
        response.headers.setdefault("Cache-Control", "private, no-cache")
