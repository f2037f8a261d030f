"""What a case of the conformance suite is: requests, and what their answers must have."""

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from linksync.exactjson import Json


@frozen(kw_only=True)
class Step:
    """One request and what its answer must have.

    Texts may name what earlier steps kept, as `{name}`; `{run}` is different in every run. An answer that sends a browser on
    has the parameters of where it sends it.

    Attributes:
        method: The HTTP method.
        path: Below the company; below the host where it begins with a slash.
        args: The query's parameters.
        body: What is sent as JSON; nothing where None.
        content: What is sent as it is, instead of a body.
        headers: The headers that are sent besides the usual ones, or in their place.
        status: The HTTP status.
        answer: What the answer must have: of objects these members, of arrays these in order.
        keep: What later steps may name: name to the dotted path in the answer.
    """

    path: str
    method: str = "POST"
    args: Mapping[str, str] = field(factory=dict)
    body: object = None
    content: str = ""
    headers: Mapping[str, str] = field(factory=dict)
    status: int = 200
    answer: object = field(factory=dict)
    keep: Mapping[str, str] = field(factory=dict)


@frozen(kw_only=True)
class Case:
    """One rule as requests and their expected answers.

    Attributes:
        name: What pytest calls it.
        rule: The rule, in the simulator's words.
        steps: The requests.
        settings: How the simulated company behaves; such a case has a company of its own, which no real one can be.
        is_own: Whether it needs a simulated company of its own, since it uses the simulator's own endpoints, goes on in time or
            ends grants.
        is_sample: Whether that begins as the sample company.
    """

    name: str
    rule: str
    steps: Sequence[Step]
    settings: Mapping[str, Json] | None = None
    is_own: bool = False
    is_sample: bool = False

    @property
    def needs_simulator(self) -> bool:
        """Whether a real company cannot be asked."""
        return self.is_own or self.settings is not None


def at(answer: Json, path: str) -> str:
    """Return the text at a dotted path of an answer."""
    value = answer
    for name in path.split("."):
        value = value[int(name)] if isinstance(value, list) else value[name]
    return str(value)
