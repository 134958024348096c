"""`./run bench searching`: 5,000 applications with ten answers each, listed, filtered and searched.

The list page is asked for as a browser would, in one process, against a database of its own in a temporary
folder; each search is the whole page: filters, count, total, 25 rows, and where the words were found.
Exit status 1 when the slowest search takes longer than a second.

--applications, --times and --seed change the measurement. Nothing is written outside the folder.
"""

import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.submitting import FOLDER, environment_of, make_drafts, make_round, say  # noqa: E402

WORDS_OF_ANSWER = 150
SLOWEST = 1.0  # seconds
LIST = "/office/applications/"
ASKED = {
    "the list": "",
    "by score": "?sort=score",
    "a rare word": "?q=lighthouse",
    "a common word": "?q=project",
    "a phrase": "?q=%22knife+crime%22",
    "the beginning of a word": "?q=lighth",
    "two common words, filtered": "?q=young+people&status=submitted&sort=-asked",
    "a reference": "?q=TST-0126-2",
    "nothing": "?q=unheardof",
}


def vocabulary(chance) -> list[str]:
    """Words as frequent as those of a language: few often, most rarely."""
    syllables = ["ba", "de", "fo", "gu", "ha", "ki", "lo", "mu", "ne", "pi", "ra", "so", "tu", "ve", "wi"]
    made = {"".join(chance.choices(syllables, k=chance.randint(2, 5))) for _ in range(20_000)}
    return ["project", "young", "people", "crime", "safe", *sorted(made)]


def make_many(application, count: int, seed: int) -> None:
    """Applications like one, each with answers of its own."""
    from applications.models import Application
    from questionnaires.models import Answer, Response

    chance = random.Random(seed)  # noqa: S311 - the same answers every time
    words = vocabulary(chance)
    weights = [1 / (rank + 5) for rank in range(len(words))]
    answers = list(application.response.answers.select_related("question"))
    fields = [f.attname for f in Application._meta.concrete_fields if not f.primary_key]
    base = {name: getattr(application, name) for name in fields}
    for start in range(0, count, 500):
        numbers = range(start, min(count, start + 500))
        responses = Response.objects.bulk_create(
            Response(
                questionnaire_id=application.response.questionnaire_id,
                organisation_id=application.organisation_id,
            )
            for _ in numbers
        )
        Application.objects.bulk_create(
            Application(**base | {"reference": f"TST-B{number:05}", "response_id": response.pk})
            for number, response in zip(numbers, responses, strict=True)
        )
        rows = []
        for number, response in zip(numbers, responses, strict=True):
            for answer in answers:
                value = answer.value
                if answer.question.kind == "long_text":
                    text = chance.choices(words, weights, k=WORDS_OF_ANSWER)
                    if number % 500 == 0:
                        text[40:40] = ["lighthouse", "keepers", "against", "knife", "crime"]
                    value = " ".join(text)
                rows.append(
                    Answer(
                        response=response,
                        question_id=answer.question_id,
                        value=value,
                        changed_by_id=answer.changed_by_id,
                    )
                )
        Answer.objects.bulk_create(rows, batch_size=1_000)


def bench(wanted) -> int:
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User
    from applications import services
    from applications.models import Application
    from pcc_grants import preparation
    from pcc_grants.embedded import server
    from questionnaires.models import Answer

    server.hold()
    preparation.prepare_database()
    preparation.prepare_static_files()
    round = make_round()
    [(reference, _)] = make_drafts(round, 1)
    application = Application.objects.get(reference=reference)
    lead = application.created_by
    services.submit(by=lead, application=application, signed_name="The Chair", signed_role="Chair")
    application.refresh_from_db()
    say(f"Making {wanted.applications:,} applications …")
    started = time.monotonic()
    make_many(application, wanted.applications - 1, wanted.seed)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT pg_size_pretty(pg_relation_size('answer_words'))")
        size = cursor.fetchone()[0]
    say(f"{Answer.objects.count():,} answers in {time.monotonic() - started:.0f} s; their index has {size}")
    browser = Client(HTTP_HOST="127.0.0.1")
    browser.force_login(User.objects.get(email="officer@example.org"))
    slowest = 0.0
    for name, query in ASKED.items():
        times = []
        for _ in range(wanted.times + 1):
            begun = time.monotonic()
            with CaptureQueriesContext(connection) as captured:
                response = browser.get(LIST + query)
            times.append(time.monotonic() - begun)
            if response.status_code != 200:
                sys.exit(f"{LIST + query} answered {response.status_code}")
        found = int(re.search(r"<strong>(\d+) application", response.content.decode()).group(1))
        middle, longest = statistics.median(times[1:]), max(times[1:])
        slowest = max(slowest, middle)
        say(
            f"{name:<28} {found:>6,} found   median {middle:5.2f} s   longest {longest:5.2f} s   "
            f"{len(captured)} queries"
        )
    if slowest > SLOWEST:
        say(f"WRONG: a page took {slowest:.2f} s, and may take {SLOWEST:.0f} s")
        return 1
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--applications", type=int, default=5_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    if FOLDER in os.environ:
        return bench(wanted)
    # A process of its own: when it ends it stops its database, and only then the folder goes.
    with tempfile.TemporaryDirectory(prefix="pcc-bench-", ignore_cleanup_errors=True) as folder:
        command = [sys.executable, __file__, *sys.argv[1:]]
        return subprocess.run(command, env=environment_of(folder), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
