"""How much a call will probably use, before anybody has counted."""

from __future__ import annotations

import json

from apps.llm.types import Block, Prompt

#: English prose has about four characters a token; JSON, Chinese and Malay have fewer, and a guess should be
#: high.
CHARACTERS_PER_TOKEN = 3
#: An image of the largest size that is not scaled down.
IMAGE_TOKENS = 1600
#: Answers rarely use all that `max_tokens` allows; reserving all of it would refuse calls that there is room
#: for.
USUAL_ANSWER = 2000


def tokens_in(characters: int) -> int:
    """A careful guess at the tokens of a text of this length."""
    return -(-characters // CHARACTERS_PER_TOKEN)


def prompt_tokens(prompt: Prompt) -> int:
    """A careful guess at what the model has to read."""
    characters = len(prompt.system)
    characters += sum(len(tool.description) + len(json.dumps(tool.input_schema)) for tool in prompt.tools)
    total = tokens_in(characters)
    return total + sum(_content_tokens(message["content"]) for message in prompt.messages)


def answer_tokens(prompt: Prompt) -> int:
    """A guess at what the model will write."""
    return min(prompt.max_tokens, USUAL_ANSWER)


def _content_tokens(content: str | list[Block]) -> int:
    return tokens_in(len(content)) if isinstance(content, str) else sum(map(_block_tokens, content))


def _block_tokens(block: Block) -> int:
    if block["type"] in {"image", "document"}:
        return IMAGE_TOKENS
    if block["type"] == "tool_result":
        return _content_tokens(block.get("content", ""))
    return tokens_in(len(json.dumps(block, ensure_ascii=False, default=str)))
