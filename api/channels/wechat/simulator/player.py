"""Plays a script: does the steps, and says which expectations did not hold."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import httpx2

from api.channels.wechat.simulator import steps
from api.channels.wechat.simulator.actor import Actor
from api.channels.wechat.simulator.delivery import Delivery
from api.channels.wechat.simulator.desk import Desk, NobodyWaitsError, StaffError
from api.channels.wechat.simulator.expectations import Since, UnmetError
from api.channels.wechat.simulator.follower import NotFollowingError, NothingToTapError
from api.channels.wechat.simulator.script import Script
from api.channels.wechat.simulator.session import Session, Who
from api.channels.wechat.simulator.simulator import Simulator
from api.channels.wechat.simulator.steps import Step
from api.channels.wechat.simulator.texts import simulator_texts


@dataclass(frozen=True, slots=True)
class Played:
    """A step that was done. ``problem``: what did not hold; empty if all did."""

    step: Step
    problem: str


class Player:
    """Plays for one follower. ``desk`` acts for the service centre where a script needs it."""

    def __init__(
        self, simulator: Simulator, actor: Actor, session: Session, desk: Desk | None = None
    ) -> None:
        self._simulator = simulator
        self._actor = actor
        self._session = session
        self._desk = desk
        self._texts = simulator_texts()
        self._since = Since(actor.follower.screen, simulator.state)

    async def play(self, script: Script) -> Sequence[Played]:
        """Do the steps; after one that fails the rest is left out."""
        played: list[Played] = []
        for step in script.steps:
            problem = await self._problem_of(step, script)
            played.append(Played(step, problem))
            if problem:
                break
        return played

    async def _problem_of(self, step: Step, script: Script) -> str:
        problems = self._texts.problems
        try:
            match step:
                case steps.WaitFor(wait_for=awaited):
                    await self._since.wait_for(awaited)
                case steps.Expect(expect=expected):
                    self._since.require(expected)
                case steps.StaffClaims() | steps.StaffSays() | steps.StaffResolves():
                    await self._at_the_desk(step)
                case _ if self._arrange(step):
                    pass
                case steps.Pause(pause=seconds):
                    await asyncio.sleep(seconds)
                case _:
                    self._since.mark()
                    self._since.delivery = await self._act(step, script)
        except UnmetError as unmet:
            return str(unmet)
        except NobodyWaitsError:
            return problems.nobody_waits
        except StaffError as error:
            return problems.staff_refused.format(status=error.status, message=error.message)
        except httpx2.TransportError as error:
            return problems.staff_refused.format(status="-", message=type(error).__name__)
        except NothingToTapError:
            return self._texts.nothing_to_tap
        except NotFollowingError:
            return self._texts.not_following
        except OSError as error:
            return self._texts.no_file.format(path=error.filename)
        return ""

    async def _act(self, step: Step, script: Script) -> Delivery | None:
        """What the follower does."""
        actor = self._actor
        match step:
            case steps.Say(say=words):
                return await actor.say(words)
            case steps.Tap(tap=wanted):
                return await actor.tap(actor.link(wanted))
            case steps.Click(click=key):
                return await actor.click(key)
            case steps.Scan(scan=scene):
                return await actor.scan(scene)
            case steps.Subscribe(subscribe=scene):
                return await actor.subscribe(scene)
            case steps.Unsubscribe():
                return await actor.unsubscribe()
            case steps.Image(image=file):
                return await actor.send_image(script.folder / file)
            case steps.Voice(voice=words):
                return await actor.speak(words)
        raise AssertionError(step)

    def _arrange(self, step: Step) -> bool:
        """What happens to the platform; whether the step was one of these."""
        faults = self._simulator.faults
        match step:
            case steps.Hours(hours=hours):
                self._simulator.clock.advance(timedelta(hours=hours))
            case steps.Slow(slow=seconds):
                faults.latency_s = faults.answer_delay_s = seconds
            case steps.LoseAnswers(lose_answers=times):
                faults.lose_answers(times)
            case steps.Fail(fail=failure):
                faults.fail_next(failure.code, failure.times, path=failure.path)
            case steps.ExpireTokens():
                self._simulator.state.tokens.expire()
            case _:
                return False
        return True

    async def _at_the_desk(
        self, step: steps.StaffClaims | steps.StaffSays | steps.StaffResolves
    ) -> None:
        if self._desk is None:
            raise UnmetError(self._texts.problems.no_staff)
        self._since.mark()
        match step:
            case steps.StaffClaims():
                self._session.did(Who.STAFF, self._texts.did.claim)
                await self._desk.claim()
            case steps.StaffSays(staff_says=words):
                self._session.did(Who.STAFF, words)
                await self._desk.say(words)
            case steps.StaffResolves(staff_resolves=outcome):
                self._session.did(Who.STAFF, self._texts.did.resolve.format(outcome=outcome))
                await self._desk.resolve(outcome)
