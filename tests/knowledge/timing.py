"""How long a search takes among many passages, and whether the vector index is used.

`python -m tests.knowledge.timing 100000` fills the knowledge base of the configured database inside a
transaction that is rolled back. The vector index is built behind the rows, which is quicker than row by row.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from typing import Any

WORDS = 4000
QUESTIONS = (
    "what is the price of starter", "how do I cancel my contract", "can a guest get a refund for a voucher?",
    "is there SSO?", "which tills do you integrate with?", "how long are quotes valid?",
)  # fmt: skip


def fill(count: int, others: Any) -> None:
    """`count` passages of uploaded files: one in fifty is for everybody, the others for `others` alone.

    They lie around the passages that are there, so that the index has neighbours to walk through.
    """
    import numpy as np
    from django.db import connection

    from apps.artifacts.services import store
    from apps.core.ids import uuid7
    from apps.knowledge.choices import DocumentKind, Origin
    from apps.knowledge.models import Document, Passage

    chance, noise = random.Random(3), np.random.default_rng(3)
    seeds = list(Passage.objects.exclude(embedding=None).values_list("embedding", "text"))
    documents = []
    for number in range(max(1, count // 100)):
        artifact = store(owner=others, name=f"f{number}.txt", content=f"file {number}".encode())
        documents.append(
            Document(
                pk=uuid7(), path=f"upload/t{number}", title=f"File {number}", kind=DocumentKind.UPLOAD,
                origin=Origin.UPLOAD, artifact=artifact, owner=others,
                audience="private" if number % 50 else "everybody",
            )
        )  # fmt: skip
    Document.objects.bulk_create(documents)
    batch: list[Passage] = []
    for number in range(count):
        vector, text = seeds[chance.randrange(len(seeds))]
        near = np.asarray(vector, dtype=np.float32) + noise.normal(0, 0.04, len(vector)).astype(np.float32)
        extra = " ".join(f"word{chance.randrange(WORDS)}" for _ in range(20))
        batch.append(
            Passage(
                document=documents[number % len(documents)], ordinal=number, heading=f"Part {number}",
                text=f"{text[:300]} {extra}", anchor=f"p{number}", embedding=near / np.linalg.norm(near),
            )
        )  # fmt: skip
        if len(batch) == 2000:
            Passage.objects.bulk_create(batch)
            batch.clear()
    Passage.objects.bulk_create(batch)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE knowledge_passage")
        cursor.execute("ANALYZE knowledge_document")


def vector_plan(user: Any) -> str:
    """How PostgreSQL finds the nearest passages that the user may read."""
    from django.db import connection

    from apps.knowledge.models import Passage
    from apps.knowledge.selectors.retrieval import question_vector

    vector = question_vector(QUESTIONS[0])
    assert vector is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('hnsw.iterative_scan', 'strict_order', true)")
    nearest = Passage.objects.visible_to(user).nearest(vector).values_list("pk", flat=True)[:30]
    return str(nearest.explain(analyze=True))


def timings(user: Any, rounds: int = 5) -> list[float]:
    """Seconds of each search, after one to warm up."""
    from apps.knowledge.selectors import search

    search(QUESTIONS[0], user=user)
    taken = []
    for question in QUESTIONS * rounds:
        start = time.perf_counter()
        search(question, user=user)
        taken.append(time.perf_counter() - start)
    return sorted(taken)


def main(count: int) -> None:
    """Print times and plan."""
    import django

    django.setup()
    from django.db import connection, transaction

    from apps.knowledge.services import index_knowledge
    from tests.factories.accounts import UserFactory
    from tests.knowledge.conftest import reader

    with transaction.atomic():
        index_knowledge()
        user = reader()
        start = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%USING hnsw%'")
            name, definition = cursor.fetchone()
            cursor.execute(f'DROP INDEX "{name}"')
            fill(count, UserFactory(name="Olga Other"))
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
            cursor.execute("SET LOCAL max_parallel_maintenance_workers = 0")
            cursor.execute(definition)
        print(f"{count:,} passages made in {time.perf_counter() - start:.0f} s")
        taken = timings(user)
        late = taken[int(len(taken) * 0.95)]
        print(f"median {statistics.median(taken) * 1000:.0f} ms, p95 {late * 1000:.0f} ms")
        print(vector_plan(user))
        transaction.set_rollback(True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
