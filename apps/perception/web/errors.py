"""Why a page cannot be read, in sentences for the person who asked."""

from __future__ import annotations

from apps.core.errors import DomainError


class PageError(DomainError):
    """The page was not read; `code` says in which way."""

    code = "unreadable_page"
    title = "The page could not be read"


def bad_address(why: str) -> PageError:
    """The address itself is not one we open."""
    return PageError(f"I cannot open this address: {why}", code="bad_address")


def private_address(host: str) -> PageError:
    """It leads to a machine that is not on the public web."""
    return PageError(
        f"“{host}” is not a public web site, so I do not open it. I read public pages only; you can "
        "paste the text here.",
        code="private_address",
    )


def timed_out(host: str) -> PageError:
    """The site did not answer completely in time."""
    return PageError(f"{host} took too long to answer. Please try again later.", code="timeout")


def too_large(host: str, limit: int) -> PageError:
    """More bytes than we read."""
    return PageError(
        f"The page at {host} is larger than {limit // (1024 * 1024) or 1} MB, so I did not read it.",
        code="too_large",
    )


def unreachable(host: str) -> PageError:
    """No such name, nobody listening, or a connection that broke."""
    return PageError(
        f"I could not reach {host}. Please check the address; the site may also be down.", code="unreachable"
    )


def insecure(host: str) -> PageError:
    """The certificate does not prove who answers."""
    return PageError(
        f"The certificate of {host} is not valid, so I cannot tell whose page it is.", code="insecure"
    )


def garbled(host: str) -> PageError:
    """What came is not HTTP, or is packed in a way that we did not ask for."""
    return PageError(f"{host} sent an answer that I cannot understand.", code="garbled")


def too_many_hops(most: int) -> PageError:
    """The page leads on and on."""
    return PageError(
        f"The address leads on to other addresses more than {most} times, so I stopped.", code="too_many_hops"
    )


def forbidden_by_robots(host: str) -> PageError:
    """The site's robots.txt says no."""
    return PageError(
        f"{host} does not allow programs to read this page (its robots.txt says so), and I keep to that. "
        "You can open it yourself and paste the text here.",
        code="robots",
    )


def robots_unknown(host: str) -> PageError:
    """The rules cannot be had, which counts as a no."""
    return PageError(
        f"{host} does not say at the moment whether programs may read it (its robots.txt does not answer), "
        "so I leave it alone. Please try again later.",
        code="robots_unknown",
    )


def asked_to_wait(host: str, seconds: float) -> PageError:
    """The site wants fewer requests."""
    return PageError(
        f"{host} asks programs to wait {seconds:.0f} seconds before the next page. Please try again then.",
        code="asked_to_wait",
    )


def too_many_pages(most: int) -> PageError:
    """The run has read its share."""
    return PageError(
        f"I have read {most} pages for this request, which is the most I do at once.", code="too_many_pages"
    )


def wrong_type(content_type: str) -> PageError:
    """Neither a page nor a document."""
    return PageError(
        f"At this address is no page but a file of the type {content_type[:60]}, which I do not read.",
        code="wrong_type",
    )


def refused(host: str, status: int) -> PageError:
    """The site answered, but not with the page."""
    if status in {401, 403, 407, 451}:
        sentence = (
            f"{host} does not show this page to programs (it answered {status}). You can paste its text here."
        )
    elif status in {404, 410}:
        sentence = f"There is no such page at {host} (it answered {status})."
    else:
        sentence = f"{host} could not show the page (it answered {status}). Please try again later."
    return PageError(sentence, code=f"http_{status}")
