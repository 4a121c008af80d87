"""One table from error to HTTP status: the status that the error itself carries."""

from collections.abc import Sequence

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from app.texts import Texts
from geo.errors import TongquanError


class ErrorAnswer(BaseModel):
    """What went wrong.

    Attributes:
        error: The kind of error.
        detail: What is wrong and what to do next, in the service's language.
        fields: Which values of the request are wrong, when some are.
    """

    error: str
    detail: str
    fields: list[dict[str, object]] = Field(default=[])


def add_error_handlers(api: FastAPI, texts: Texts) -> None:
    """Answer every deliberate error, and every bad request, in the same shape."""

    @api.exception_handler(TongquanError)
    async def deliberate(_request: Request, error: TongquanError) -> JSONResponse:
        answer = ErrorAnswer(error=type(error).__name__, detail=texts.error(error))
        return JSONResponse(answer.model_dump(), status_code=error.http_status)

    @api.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        fields = [_field(fault) for fault in error.errors()]
        named = "; ".join(f"{field['name']}: {field['message']}" for field in fields)
        detail = texts.gettext("The request has a value that cannot be used: {fields}", fields=named)
        answer = ErrorAnswer(error="InvalidRequest", detail=detail, fields=fields)
        return JSONResponse(answer.model_dump(), status_code=422)


def _field(fault: dict[str, object]) -> dict[str, object]:
    place = fault.get("loc")
    name = str(place[-1]) if isinstance(place, Sequence) and place else "?"
    given = jsonable_encoder(fault.get("input"), custom_encoder={float: repr})
    return {"name": name, "message": str(fault.get("msg", "")), "given": str(given)[:100]}
