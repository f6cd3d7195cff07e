"""The watch over addresses: what a server of this process is asked fails the test that asked it."""

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from ekyc.demo.specimen import a_specimen
from tests.canary import look
from tests.unit.test_canary import a_report


async def test_a_name_in_an_address_fails_the_test_that_asked_for_it() -> None:
    server = TestServer(web.Application())
    await server.start_server()
    async with ClientSession() as session:
        await session.get(server.make_url("/files"), params={"q": "harmless"})
        look(report := a_report(""))
        assert report.passed
        await session.get(server.make_url("/files"), params={"q": a_specimen(7).full_name})
        look(report := a_report(""))
        assert report.failed
    await server.close()


async def test_a_number_among_the_metrics_fails_the_test_that_read_them() -> None:
    async def metrics(request: web.Request) -> web.Response:
        return web.Response(text=f'ekyc_calls{{number="{a_specimen(1).number}"}} 1')

    app = web.Application()
    app.router.add_get("/metrics", metrics)
    server = TestServer(app)
    await server.start_server()
    async with ClientSession() as session:
        await session.get(server.make_url("/metrics"))
    look(report := a_report(""))
    assert report.failed
    await server.close()
