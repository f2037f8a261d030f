"""Delivers webhooks over HTTP, again and again on the simulator's clock, doubled and out of order on demand."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from threading import RLock
from typing import TypeAlias

import requests
from attrs import define, field

from linksync.clock import Clock
from linksync.testing.quickbooks.entities import ENTITIES
from linksync.testing.quickbooks.happenings import Event
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.webhooks import (
    Occurrence,
    Subscription,
    WebhookFormat,
    body_of,
    headers_of,
)

Post: TypeAlias = Callable[[str, Mapping[str, str], bytes], int]
"""Posts a body to a URL and returns the HTTP status; 0 where there was no answer within three seconds."""

_PATIENCE_SECONDS = 3
RETRY_AFTER = tuple(
    timedelta(seconds=seconds) for seconds in (10, 20, 30, 5 * 60, 20 * 60, 2 * 3600, 4 * 3600, 6 * 3600)
)
"""How long after one attempt the next is made; from the last on, always so (official best practices page)."""


def post_over_http(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """Post over HTTP."""
    try:
        return requests.post(
            url, data=body, headers=dict(headers), timeout=_PATIENCE_SECONDS, allow_redirects=False
        ).status_code
    except requests.RequestException:
        return 0


@define(eq=False)
class Notification:
    """One POST, until it is acknowledged.

    Attributes:
        subscription: Whom it goes to.
        body: What it says.
        due_at: When it is to be sent next (aware).
        attempts: How often it was sent.
        statuses: What was answered; 0 for nothing.
        is_on_its_way: Whether it is being sent just now.
    """

    subscription: Subscription
    body: bytes = field(repr=False)
    due_at: datetime
    attempts: int = 0
    statuses: list[int] = field(factory=list[int])
    is_on_its_way: bool = False


class Outbox:
    """What is to be told, and what was.

    Attributes:
        post: Posts; over HTTP unless replaced.
        copies: How often each notification is sent; 2 or more for duplicates.
        shuffle: Puts events and notifications out of order; None for the order in which they happened.
        holds_back: Whether later notifications wait for the first that is not acknowledged.
        mixes_companies: Whether one notification may tell of several companies.
        delivered: What was acknowledged.
    """

    def __init__(self, clock: Clock, post: Post = post_over_http) -> None:
        """Make an outbox without subscriptions.

        Args:
            clock: Whose time retries keep.
            post: Posts.
        """
        self.post = post
        self.copies = 1
        self.shuffle: Random | None = None
        self.holds_back = False
        self.mixes_companies = False
        self.delivered = list[Notification]()
        self._clock = clock
        self._subscriptions = list[Subscription]()
        self._happened = dict[int, list[Occurrence]]()
        self._pending = list[Notification]()
        self._lock = RLock()

    def subscribe(
        self,
        url: str,
        *,
        verifier_token: str | None = None,
        format: WebhookFormat = WebhookFormat.CLOUD_EVENTS,  # noqa: A002 - what it is called in the settings
        entities: frozenset[str] = frozenset(),
    ) -> Subscription:
        """Tell *url* of what happens from now on, and return the subscription.

        Args:
            url: Where to POST.
            verifier_token: What to sign with; one is made up unless given.
            format: How events are written.
            entities: What to tell of; everything that webhooks tell of where empty.
        """
        token = verifier_token or secrets.token_urlsafe(24)
        made = Subscription(url=url, verifier_token=token, format=format, entities=entities)
        with self._lock:
            self._subscriptions.append(made)
            self._happened[len(self._subscriptions) - 1] = []
        return made

    def subscriptions(self) -> Sequence[Subscription]:
        """Return who is told, in the order of their subscription."""
        with self._lock:
            return tuple(self._subscriptions)

    def listener(self, company: str) -> Callable[[Event], None]:
        """Return what takes in the events of a company."""

        def listen(event: Event) -> None:
            if event.happened not in ENTITIES[event.entity].told:
                return
            occurrence = Occurrence(company, event)
            with self._lock:
                for number, subscription in enumerate(self._subscriptions):
                    if not subscription.entities or event.entity in subscription.entities:
                        self._happened[number].append(occurrence)

        return listen

    def pending(self) -> list[Notification]:
        """Return what is not acknowledged yet."""
        with self._lock:
            self._notify()
            return list(self._pending)

    @rule(
        "a notification that is not answered 200 within three seconds is sent again after 10, 20, 30 s, 5, 20 min, 2, 4, "
        "6 h, then every 6 h",
        Certainty.OFFICIAL,
        "official best practices page; an older one has another schedule",
    )
    def deliver(self) -> int:
        """Send what is due now, and return how many notifications were acknowledged."""
        with self._lock:
            self._notify()
            now = self._clock.now()
            due = [each for each in self._pending if self._is_due(each, now)]
            for each in due:
                each.is_on_its_way = True
        # Not under the lock: whoever is told may call the simulator before it answers.
        statuses = [self._send(each, now) for each in due]
        with self._lock:
            for notification, status in zip(due, statuses, strict=True):
                self._settle(notification, status, now)
        return statuses.count(200)

    def _is_due(self, notification: Notification, now: datetime) -> bool:
        if notification.is_on_its_way or notification.due_at > now:
            return False
        subscription = notification.subscription
        first = next(each for each in self._pending if each.subscription is subscription)
        return not self.holds_back or notification is first

    def _send(self, notification: Notification, now: datetime) -> int:
        subscription, body = notification.subscription, notification.body
        return self.post(subscription.url, headers_of(subscription, body, now), body)

    def _settle(self, notification: Notification, status: int, now: datetime) -> None:
        notification.is_on_its_way = False
        notification.statuses.append(status)
        if status == 200:
            self._pending.remove(notification)
            self.delivered.append(notification)
            return
        notification.due_at = now + RETRY_AFTER[min(notification.attempts, len(RETRY_AFTER) - 1)]
        notification.attempts += 1

    @rule(
        "a notification may tell of several events, come twice and out of order; it tells of one company at a time",
        Certainty.OFFICIAL,
        "official best practices page; other sources see several companies in one. Settings",
    )
    def _notify(self) -> None:
        now = self._clock.now()
        for number, subscription in enumerate(self._subscriptions):
            happened, self._happened[number] = self._happened[number], []
            if self.shuffle is not None:
                self.shuffle.shuffle(happened)
            for group in self._grouped(happened):
                body = body_of(subscription.format, group)
                self._pending += [Notification(subscription, body, now) for _ in range(self.copies)]
        if self.shuffle is not None:
            self.shuffle.shuffle(self._pending)

    def _grouped(self, happened: list[Occurrence]) -> list[list[Occurrence]]:
        if self.mixes_companies:
            return [happened] if happened else []
        companies = dict.fromkeys(each.company for each in happened)
        return [[each for each in happened if each.company == company] for company in companies]
