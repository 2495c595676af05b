"""A request as one Markdown text, for whoever is no chat server: a command, a person."""

from __future__ import annotations

from solversmith.contract.model import Request, TokenUsage

BYTES_PER_TOKEN = 4


def as_markdown(request: Request) -> str:
    """Every message under a heading that names who said it, the last one last."""
    return "\n".join(f"## {message.role}\n\n{message.content.strip()}\n" for message in request.messages)


def estimated(request: Request, answer: str) -> TokenUsage:
    """Four bytes are taken for a token, of all that was said."""
    said = "".join(message.content for message in request.messages)
    return TokenUsage(_tokens(said), _tokens(answer), measured=False)


def _tokens(text: str) -> int:
    return -(-len(text.encode("utf-8", "surrogatepass")) // BYTES_PER_TOKEN)
