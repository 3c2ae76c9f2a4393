"""Error pages, in the frame for people and as problem details for programs."""

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException


def init_app(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(HTTPException, show_error)


def show_error(error: HTTPException) -> ResponseReturnValue:
    """Answer an HTTP error; redirects, which are exceptions too, pass through."""
    if error.code is None or error.code < 400:
        return error.get_response()
    if wants_json():
        answer = jsonify(error={"code": error.code, "message": error.name})
        return answer, error.code
    return render_template("errors/error.html", error=error), error.code


def wants_json() -> bool:
    """Tell whether the request asks for JSON, by its address or by its Accept header."""
    return request.path.endswith(".json") or (
        request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    )
