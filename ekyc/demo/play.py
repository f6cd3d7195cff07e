"""`ekyc demo`: the simulated people against a running demo server, and a report of how it went."""

import asyncio
import json
from pathlib import Path
from typing import Any

from ekyc.demo.agent import Agent
from ekyc.demo.customer import Customer, Walk
from ekyc.demo.visitor import Refused, Visitor

CACHE = Path("var/cache")


def _say(line: str) -> None:
    print(line, flush=True)


async def play_customers(address: str, *, count: int, as_json: bool) -> int:
    """So many customers, one after the other; exit code 0 when each got a verdict."""
    say = (lambda line: None) if as_json else _say
    walks = [await _one(address, seed, say) for seed in range(1, count + 1)]
    if as_json:
        print(json.dumps({"customers": walks}, ensure_ascii=False))
    return 0 if all(walk["verdict"] for walk in walks) else 1


async def _one(address: str, seed: int, say: Any) -> dict[str, Any]:
    async with Visitor(address) as visitor:
        link = (await visitor.ask("POST", "/api/demo/customers", {"language": "vi"}))["link"]
        customer = Customer(visitor, seed=seed, cache=CACHE, say=say)
        problem = None
        try:
            await customer.run(link)
        except (Refused, TimeoutError) as error:
            problem = f"{type(error).__name__}: {error}"
            say(problem)
        walk: Walk = customer.walk
        return {
            "reference": walk.reference,
            "stages": walk.stages,
            "verdict": walk.verdict,
            "problem": problem,
        }


async def play_agent(address: str, *, login: str) -> int:
    """Answer calls until stopped."""
    async with Visitor(address) as visitor:
        password = (await visitor.ask("GET", "/api/demo/staff"))["password"]
        agent = Agent(visitor, login=login, cache=CACHE, say=_say)
        await agent.sign_in(password)
        await agent.serve()
    return 0


def play(address: str, *, agent: bool, customers: int, as_json: bool, login: str) -> int:
    """Run the people; returns the exit code."""
    work = (
        play_agent(address, login=login)
        if agent
        else play_customers(address, count=customers, as_json=as_json)
    )
    return asyncio.run(work)
