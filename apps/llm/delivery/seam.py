"""Continue an interrupted text where it stopped, without showing any of it twice.

Current models refuse a prefilled assistant turn, so the documented way is to tell the model in the user turn
what it had said. It is asked to continue with the very next character; it mostly does, but sometimes repeats
the last words or starts again from the top. Both are recognised here and cut away.
"""

from __future__ import annotations

from dataclasses import replace

from apps.llm.types import Prompt

#: Agreement shorter than this may be coincidence, unless it is the word in which the text stopped.
SURE_OVERLAP = 10


def continuation(prompt: Prompt, shown: str) -> Prompt:
    """The same question, with the part of the answer that is already `shown` and the wish to go on from
    there.
    """
    *earlier, last = prompt.messages
    content = last["content"]
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else list(content)
    request = {"type": "text", "text": _request(shown)}
    messages = [*earlier, {**last, "content": [*blocks, request]}]
    return replace(prompt, messages=messages)


def _request(shown: str) -> str:
    return (
        "Your previous response was interrupted by a technical fault. The reader already has this part of it:"
        f"\n\n<shown>{shown}</shown>\n\n"
        "Continue from where it stops: your first character comes directly after its last one, even in "
        "the middle of a word or a table. Do not repeat any of it and do not mention the interruption. If "
        "that part was the whole answer, go on with the tool calls that you had planned, if any."
    )


class Seam:
    """Filters the text of a continuation: `feed` returns what is new, holding back while it may be a
    repetition.
    """

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._held = ""
        self._open = not shown

    def feed(self, text: str) -> str:
        """The part of `text` (and of what was held back) that has not been shown."""
        if self._open:
            return text
        self._held += text
        if len(self._held) < len(self._shown) and self._held in self._shown:
            return ""
        return self.flush()

    def flush(self) -> str:
        """What is still held back, without the repetition; call it once the stream has ended."""
        if self._open:
            return ""
        self._open = True
        return self._held[self._overlap() :]

    def _overlap(self) -> int:
        """Length of the longest beginning of the new text that repeats the end of the shown one."""
        held, shown = self._held, self._shown
        longest = next((n for n in range(min(len(held), len(shown)), 0, -1) if shown.endswith(held[:n])), 0)
        return longest if longest >= SURE_OVERLAP or _rewrites_last_words(shown, longest) else 0


def _rewrites_last_words(shown: str, overlap: int) -> bool:
    """Whether the last `overlap` characters are whole words, the last of which may be unfinished.

    After white space a short repetition may be meant (two equal cells of a table), and a number never counts:
    after "1" the text "1,200" may well mean 11,200.
    """
    repeated, before = shown[len(shown) - overlap :], shown[: len(shown) - overlap]
    if not repeated or repeated[-1].isspace() or any(character.isdigit() for character in repeated):
        return False
    return not before or before[-1].isspace()
