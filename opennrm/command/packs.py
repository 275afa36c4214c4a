from __future__ import annotations

import argparse
from pathlib import Path

import django

from opennrm.command.answer import Answer
from opennrm.duties.pack import Pack, load_pack, packs
from opennrm.duties.pack_check import check_pack
from opennrm.duties.pack_lines import Finding
from opennrm.lib.problems import Problem


def folder_of(name: str) -> Path:
    """The folder of a procedure given by its id or by the folder itself."""
    if found := packs().get(name):
        return found
    if (path := Path(name)).is_dir():
        return path.resolve()
    known = ", ".join(packs())
    raise Problem("pack_unknown", f"There is no procedure and no folder named {name}. There are: {known}.")


def sound_pack(name: str) -> Pack:
    """A procedure without findings, or one sentence that says what to do."""
    folder = folder_of(name)
    if check_pack(folder):
        raise Problem("pack_has_findings", f"{folder.name} has findings: see `opennrm sop check {name}`.")
    return load_pack(folder)


def check(args: argparse.Namespace) -> Answer:
    """Prints what is wrong in a procedure, with file, line and sentence."""
    folder = folder_of(args.pack)
    found = check_pack(folder)
    rows = [{"file": one.file, "line": one.line, "sentence": one.sentence} for one in found]
    if not found:
        rules = load_pack(folder).rules
        text = f"{folder.name}: {len(rules)} rules, no findings."
        return Answer(text=text, object={"pack": folder.name, "ok": True, "findings": rows})
    lines = "\n".join(_line(one) for one in found)
    return Answer(text=lines, object={"pack": folder.name, "ok": False, "findings": rows}, exit=1)


def _line(one: Finding) -> str:
    return f"{one.file}:{one.line}: {one.sentence}"


def diff(args: argparse.Namespace) -> Answer:
    """Prints what one procedure changes in another, rule by rule, as a change to a law is written."""
    from opennrm.duties.comparing import Difference, differences

    old, new = sound_pack(args.old), sound_pack(args.new)
    found = differences(old, new)

    def said(one: Difference) -> str:
        name = (new.kinds.get(one.kind) or old.kinds[one.kind]).name.en
        if one.what == "added":
            return f"{one.rule} ({name}) is added: {one.after}."
        if one.what == "repealed":
            return f"{one.rule} ({name}) is repealed; it said: {one.before}."
        return f"{one.rule} ({name}): the {one.what} changes from “{one.before}” to “{one.after}”."

    rows = [
        {"rule": one.rule, "kind": one.kind, "what": one.what, "from": one.before, "to": one.after}
        for one in found
    ]
    heading = f"From {old.id} (in force from {old.effective_from}) to {new.id}"
    heading += " (a draft)" if new.draft else f" (in force from {new.effective_from})"
    body = [said(one) for one in found] or ["Nothing changes."]
    return Answer(
        text="\n".join([heading, "", *body]), object={"from": old.id, "to": new.id, "changes": rows}
    )


def draw(args: argparse.Namespace) -> Answer:
    """Writes the procedure as a diagram: a lane for each office-role, stages from left to right."""
    django.setup()
    from django.utils import translation

    from opennrm.duties.drawing import drawing

    pack = sound_pack(args.pack)
    with translation.override(args.language):
        picture = drawing(pack, language=args.language)
    try:
        args.out.write_text(picture, "utf-8")
    except OSError as error:
        raise Problem("not_written", f"{args.out} cannot be written: {error.strerror}.") from error
    return Answer(text=f"{args.out}: {len(pack.rules)} rules.")
