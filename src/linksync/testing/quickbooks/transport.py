"""Reaches the simulator without a socket: a `Transport` for the connector."""

from attrs import define

from linksync.connectors.quickbooks.transport import HttpRequest, HttpResponse, NoAnswerError, NotSentError
from linksync.testing.quickbooks.exchange import Call, ConnectionLostError
from linksync.testing.quickbooks.simulator import QuickBooksSimulator


@define(eq=False)
class SimulatorTransport:
    """Hands requests to a simulator in this process, whatever host they are addressed to.

    Attributes:
        simulator: What answers.
    """

    simulator: QuickBooksSimulator

    def send(self, request: HttpRequest) -> HttpResponse:
        """Return the simulator's answer to *request*.

        Raises:
            NotSentError: The simulator was told to refuse the connection.
            NoAnswerError: The simulator was told to end the connection without an answer.
        """
        call = Call.to(request.method, request.url, headers=request.headers, body=request.body)
        try:
            answer = self.simulator.handle(call)
        except ConnectionLostError as lost:
            if lost.is_refused:
                raise NotSentError("the simulator refuses the connection") from None
            raise NoAnswerError("the simulator ends the connection without an answer") from None
        return HttpResponse(status=answer.status, headers=answer.headers, body=answer.body)
