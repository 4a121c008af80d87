"""One table from error to HTTP status: the status that the error itself carries."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from app.texts import Texts
from geo.errors import TongquanError
from layers.faults import faults_of

NOT_FOUND = 404


class ErrorAnswer(BaseModel):
    """What went wrong.

    Attributes:
        error: The kind of error.
        detail: What is wrong and what to do next, in the service's language.
        fields: Which values of the request are wrong, when some are.
    """

    error: str
    detail: str
    fields: list[str] = Field(default=[])


def add_error_handlers(api: FastAPI, texts: Texts) -> None:
    """Answer every deliberate error, and every bad request, in the same shape."""

    @api.exception_handler(TongquanError)
    async def deliberate(_request: Request, error: TongquanError) -> JSONResponse:
        answer = ErrorAnswer(error=type(error).__name__, detail=texts.error(error))
        return JSONResponse(answer.model_dump(), status_code=error.http_status)

    @api.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        faults = [texts.error(fault) for fault in faults_of(error.errors())]
        named = texts.gettext("; ").join(faults)
        detail = texts.gettext("The request has a value that cannot be used: {fields}", fields=named)
        answer = ErrorAnswer(error="InvalidRequest", detail=detail, fields=faults)
        return JSONResponse(answer.model_dump(), status_code=422)

    @api.exception_handler(HTTPException)
    async def refused(_request: Request, error: HTTPException) -> JSONResponse:
        missing = error.status_code == NOT_FOUND
        detail = texts.gettext("There is nothing at this address; see /docs") if missing else str(error.detail)
        answer = ErrorAnswer(error="HTTPError", detail=detail)
        return JSONResponse(answer.model_dump(), status_code=error.status_code, headers=error.headers)
