"""``pshell``: a request, a session, the models and the settings at hand (contract 3)."""

from pathlib import Path

from start.programs import migrated, run


def shell(file: Path, *lines: str) -> list[str]:
    """Type *lines* into a shell and return what it answers, without its prompts."""
    ended = run("pshell", "--python-shell", "python", file, text="\n".join(lines) + "\n")
    assert ended.status == 0
    return [answer for line in ended.output if (answer := line.replace(">>> ", ""))]


def test_a_request_the_settings_and_the_models_are_at_hand(tmp_path: Path) -> None:
    asked = ("print(request.method)", "print(settings.page_limit)", "print(models.Transform is Transform)")
    assert shell(migrated(tmp_path), *asked) == ["GET", "50", "True"]


STORE = "session.add(DefinitionCount(tenant_id='t', kind='transform', number=3)); session.flush()"
COUNT = "print(session.query(DefinitionCount).count())"


def test_what_is_committed_is_kept(tmp_path: Path) -> None:
    file = migrated(tmp_path)
    shell(file, STORE, "tm.commit()")
    assert shell(file, COUNT) == ["1"]


def test_what_is_not_committed_is_rolled_back(tmp_path: Path) -> None:
    file = migrated(tmp_path)
    assert shell(file, STORE, COUNT) == ["1"]
    assert shell(file, COUNT) == ["0"]
