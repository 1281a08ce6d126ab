# SPDX-License-Identifier: MIT
"""The course: chapters of numbered cases, course/NN-name.c, each with its exact transcript beside it."""
import re

import pytest
from conftest import BUILD, ROOT, check_transcript, run_guest

CHAPTERS = sorted((ROOT / "tests" / "course").glob("*.c"))


@pytest.mark.parametrize("source", CHAPTERS, ids=lambda p: p.stem)
def test_chapter(source):
    program = BUILD / "course" / f"{source.stem}.exe"
    check_transcript(run_guest(str(program)), source.with_suffix(".txt").read_text())


def test_cases_are_numbered():
    """Each chapter's transcript is its cases, in order; there are enough of them."""
    total = 0
    for source in CHAPTERS:
        text = source.with_suffix(".txt").read_text()
        numbers = [int(n) for n in re.findall(r"^(\d+)\. ", text, re.MULTILINE)]
        assert numbers == list(range(1, len(numbers) + 1)), source.name
        assert len(numbers) == source.read_text().count("CASE("), source.name
        total += len(numbers)
    assert total >= 170
