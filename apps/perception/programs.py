"""Programs of the operating system for pictures, films and recordings: what is installed, what is used."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

#: English, simplified Chinese and Malay, as Tesseract calls them.
LANGUAGES = frozenset({"eng", "chi_sim", "msa"})
#: Asking a program what it can do takes milliseconds; a broken one must not hold anybody up.
PATIENCE = 5.0


@cache
def reads_letters() -> bool:
    """Whether Tesseract is installed with our three languages."""
    program = shutil.which("tesseract")
    if not program:
        return False
    try:
        answer = subprocess.run(
            [program, "--list-langs"], capture_output=True, text=True, check=False, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return set((answer.stdout + answer.stderr).split()) >= LANGUAGES


def about_pictures() -> str:
    """How far reading text in pictures is, in one sentence."""
    there = "is installed" if reads_letters() else "is not installed with English, Chinese and Malay"
    return f"Reading text in pictures comes with a later version; Tesseract, which it will use, {there}."


def about_films() -> str:
    """How far taking pictures out of films is, in one sentence."""
    there = "is installed" if shutil.which("ffmpeg") else "is not installed"
    return f"Taking pictures out of films comes with a later version; FFmpeg, which it will use, {there}."


def about_speech() -> str:
    """How far turning speech into text is, in one sentence."""
    return "Turning speech into text comes with a later version; nothing has to be installed for it yet."
