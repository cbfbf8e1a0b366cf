"""The address that the platform delivers to (design §4.6)."""

import logging
import time
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.channels.wechat.failures import (
    MalformedMessageError,
    MessageTooLargeError,
    ProtocolError,
)
from api.channels.wechat.passive import SUCCESS, text_reply
from api.channels.wechat.setup import Endpoint
from api.documented import gives_out
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.operations import metrics
from api.operations.metrics import Acknowledgement

router = APIRouter(tags=["wechat"])
_log = logging.getLogger(__name__)


async def _endpoint(request: Request) -> Endpoint:
    endpoint: Endpoint | None = request.app.state.wechat
    if endpoint is None:
        raise ApiError(ErrorCode.NOT_FOUND)
    return endpoint


WechatEndpoint = Annotated[Endpoint, Depends(_endpoint)]


@router.get("/wechat", response_class=Response, responses=gives_out("text/plain"))
async def verify(request: Request, endpoint: WechatEndpoint) -> Response:
    """The platform asks whether this address is the account's."""
    try:
        return Response(endpoint.wire.echo(request.query_params), media_type="text/plain")
    except ProtocolError as error:
        _log.warning("wechat refused", extra={"reason": error.reason})
        raise ApiError(ErrorCode.SIGNATURE_REFUSED) from None


@router.post(
    "/wechat", response_class=Response, responses=gives_out("text/plain", "application/xml")
)
async def receive(request: Request, endpoint: WechatEndpoint) -> Response:
    """A message or an event of a follower; answered by a passive reply or ``success``."""
    started, how = time.perf_counter(), Acknowledgement.REFUSED
    try:
        how, response = await _answer(request, endpoint)
        return response
    finally:
        metrics.acknowledged(how, time.perf_counter() - started)


async def _answer(request: Request, endpoint: Endpoint) -> tuple[Acknowledgement, Response]:
    body = await request.body()
    try:
        opened = await endpoint.wire.open(request.query_params, body)
    except MessageTooLargeError:
        raise ApiError(ErrorCode.BODY_TOO_LARGE) from None
    except MalformedMessageError as error:
        # It is signed: an error would only show the follower that the account is broken.
        _log.error("wechat message not understood", extra={"reason": error.reason})
        return Acknowledgement.NOT_UNDERSTOOD, _success()
    except ProtocolError as error:
        _log.warning("wechat refused", extra={"reason": error.reason})
        raise ApiError(ErrorCode.SIGNATURE_REFUSED) from None
    try:
        reply = await endpoint.channel.answer(opened.incoming)
    except Exception:  # whatever happens, the follower must not see a fault of the account
        _log.exception("wechat delivery failed")
        return Acknowledgement.FAILED, _success()
    if not reply:
        return Acknowledgement.SUCCESS, _success()
    xml = endpoint.wire.seal(text_reply(opened.incoming, reply, int(time.time())), opened)
    return Acknowledgement.REPLY, Response(xml, media_type="application/xml")


def _success() -> Response:
    return Response(SUCCESS, media_type="text/plain")
