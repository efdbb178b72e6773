"""Runs the rules over files, and applies severity, comments and the allowlist: once, here, not in the rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from importwise.checks import (
    invalid_all,
    invalid_configuration,
    relative_import_beyond_top_level,
    suppress,
    syntax_error,
    unreadable_file,
    unresolved_import,
    unresolved_name,
    unused_allow,
    unused_ignore,
)
from importwise.checks.allowlist import matches
from importwise.checks.finding import Finding, OpenImport, Report, Verdict
from importwise.checks.rule import Rule, View
from importwise.checks.suggestions import nearest
from importwise.resolver.judge import Judgement
from importwise.resolver.resolution import Member, Unknown
from importwise.settings import NO_LINE, Allow, Settings, Severity
from importwise.spans import Position, Span
from importwise.syntax.imports import alias_spans, module_span
from importwise.syntax.summary import Ignore

RULES: tuple[Rule, ...] = (
    unresolved_import.rule,
    unresolved_name.rule,
    relative_import_beyond_top_level.rule,
    invalid_all.rule,
    syntax_error.rule,
    unreadable_file.rule,
    unused_allow.rule,
    unused_ignore.rule,
    invalid_configuration.rule,
)

FILE_CHECKS = tuple(rule.check for rule in RULES if rule.check is not None)

VERDICTS: tuple[Verdict, ...] = ("resolved", "open", "optional", "allowed", "unreachable", "ignored", "unresolved")


class Scope(NamedTuple):
    """What is known around the files that are checked."""

    settings: Settings
    directory: str
    """The project's directory, absolute."""
    settings_file: str | None
    today: date
    """For entries of the allowlist that expire."""
    gone: frozenset[str] = frozenset()
    """Those files among the entries' ``evidence`` that do not exist."""
    allow_spans: Mapping[int, Span] = {}
    """The place of each entry's ``module`` in the settings file, by its index."""
    list_open: bool = False
    """Whether the report lists the open imports, or only counts them."""
    watched: Callable[[str], bool] | None = None
    """Tells the modules that entries of the allowlist may cover."""


class Use(NamedTuple):
    """What the imports of one file say of the entries of the allowlist, which are named by their index."""

    matched: frozenset[int]
    """The entries that cover a missing import of any kind."""
    present: dict[int, str]
    """The entries that cover an import which was found, with one such module."""


class FileResult(NamedTuple):
    """What came of one file."""

    findings: tuple[Finding, ...]
    open: tuple[OpenImport, ...]
    verdicts: dict[str, int]
    allowed: dict[int, int]
    """How many imports each entry of the allowlist allowed, by its index."""
    use: Use


def check_file(view: View, path: str, scope: Scope, extra: Iterable[Finding] = ()) -> FileResult:
    """Everything there is to say of the project's file ``path``; ``extra`` are findings from elsewhere that its comments may silence."""
    settings = scope.settings
    summary = view.judge.snapshot.summaries[path]
    findings: list[Finding] = []
    open_imports: list[OpenImport] = []
    verdicts: dict[str, int] = {}
    allowed: dict[int, int] = {}
    matched: set[int] = set()
    present: dict[int, str] = {}
    used: set[Ignore] = set()

    def silenced(finding: Finding, judgement: Judgement | None) -> bool:
        if summary is None:
            return False
        item = judgement.item if judgement is not None else None
        comment = suppress.silencer(
            finding.rule, finding.span.start.line, item, summary, settings.respect_foreign_ignores
        )
        if comment is not None:
            used.add(comment)
        return comment is not None

    resolved, judgements = view.judge.doubts(path, scope.watched)
    verdicts["resolved"] = resolved
    for judgement in judgements:
        verdict = judgement.verdict
        if verdict == "resolved":
            _note_present(judgement, settings.allow, present)
        elif verdict == "open":
            if scope.list_open:
                open_imports.append(_open_import(path, judgement))
        elif verdict in ("optional", "unresolved"):
            target = judgement.module if judgement.name in (None, "*") else f"{judgement.module}.{judgement.name}"
            index = _entry_index(target, settings.allow, matched)
            if index is not None and _holds(settings.allow[index], scope):
                allowed[index] = allowed.get(index, 0) + judgement.weight
                verdict = "allowed" if verdict == "unresolved" else verdict
            if verdict == "unresolved":
                finding = _finding(view, path, judgement)
                if silenced(finding, judgement):
                    verdict = "ignored"
                else:
                    findings.append(finding)
        verdicts[verdict] = verdicts.get(verdict, 0) + judgement.weight
    for rule_check in FILE_CHECKS:
        findings += [finding for finding in rule_check(view, path) if not silenced(finding, None)]
    findings += [finding for finding in extra if not silenced(finding, None)]
    if summary is not None:
        findings += _unused_ignores(path, summary.ignores, used)
    return FileResult(
        tuple(with_severity(findings, settings)),
        tuple(open_imports),
        verdicts,
        allowed,
        Use(frozenset(matched), present),
    )


def with_severity(findings: Iterable[Finding], settings: Settings) -> list[Finding]:
    """``findings`` with the severities of the settings, without those that are off. A weaker severity of the finding's own stays."""
    result: list[Finding] = []
    for finding in findings:
        default = DEFAULTS[finding.rule]
        severity: Severity = settings.rules.get(finding.rule, default)
        if severity == "off":
            continue
        weakened = finding.severity != default and ORDER[finding.severity] < ORDER[severity]
        result.append(finding if weakened else finding._replace(severity=severity))
    return result


DEFAULTS = {rule.id: rule.severity for rule in RULES}
ORDER = {"off": 0, "info": 1, "warning": 2, "error": 3}


def _finding(view: View, path: str, judgement: Judgement) -> Finding:
    for rule in RULES:
        if rule.judge is not None:
            finding = rule.judge(view, path, judgement)
            if finding is not None:
                if judgement.typing:
                    note = "it is imported for type checkers only: the program runs, a type checker fails"
                    return finding._replace(severity="warning", help=(*finding.help, note))
                return finding
    raise AssertionError(f"no rule speaks of {judgement}")


def _entry_index(target: str, entries: tuple[Allow, ...], matched: set[int]) -> int | None:
    """The index of the first entry that covers ``target``; it counts as one that matched."""
    if not entries:
        return None
    for index, entry in enumerate(entries):
        if matches(entry, target):
            matched.add(index)
            return index
    return None


def _holds(entry: Allow, scope: Scope) -> bool:
    return not _expired(entry, scope) and entry.evidence not in scope.gone


def _expired(entry: Allow, scope: Scope) -> bool:
    return entry.expires is not None and entry.expires < scope.today


def lapsed(entry: Allow, scope: Scope) -> tuple[str, str] | None:
    """Why an entry of the allowlist allows nothing any more, and what to do about it; None if it holds."""
    if _expired(entry, scope):
        return (
            f"The allowance of `{entry.module}` expired after {entry.expires}",
            "renew `expires`, or take the entry out",
        )
    if entry.evidence is not None and entry.evidence in scope.gone:
        return (
            f"The evidence for allowing `{entry.module}` is gone: there is no {entry.evidence}",
            "correct `evidence`, or take the entry out",
        )
    return None


def _note_present(judgement: Judgement, entries: tuple[Allow, ...], present: dict[int, str]) -> None:
    """Remember the entries that cover a module which was found after all."""
    target = judgement.module
    for index, entry in enumerate(entries):
        # Most entries begin with a name: what does not begin with it is not asked further.
        if index in present or not target.startswith(entry.module.partition("*")[0].rpartition(".")[0]):
            continue
        if matches(entry, target):
            present[index] = target
        elif judgement.name not in (None, "*") and matches(entry, f"{target}.{judgement.name}"):
            present[index] = f"{target}.{judgement.name}"


def _open_import(path: str, judgement: Judgement) -> OpenImport:
    outcome = judgement.outcome
    item = judgement.item
    if type(outcome) in (Unknown, Member):
        reason = outcome.reason  # type: ignore[union-attr]
    else:
        reason = "whether it runs depends on a `try` whose outcome can't be known"
    whole = judgement.alias is None or item.kind == "call"
    span = module_span(item) if whole else alias_spans(item)[judgement.alias or 0]
    return OpenImport(path, span, judgement.module, judgement.name, reason)


def _unused_ignores(path: str, ignores: tuple[Ignore, ...], used: Collection[Ignore]) -> list[Finding]:
    findings: list[Finding] = []
    helps: tuple[str, ...]
    for ignore in ignores:
        if ignore.tool != "importwise" or ignore in used:
            continue
        if ignore.codes == ("",):
            message, helps = unused_ignore.EMPTY_BRACKETS, (unused_ignore.EMPTY_HELP,)
        else:
            codes = ", ".join(f"`{code}`" for code in ignore.codes)
            message = "This `importwise: ignore` silences nothing" + (f": no {codes} on its line" if codes else "")
            helps = tuple(_unknown_rules(ignore)) or ("take the comment out",)
        span = Span.on_line(ignore.line, ignore.column, ignore.length)
        findings.append(Finding(path, unused_ignore.RULE, "warning", span, message, helps))
    return findings


def _unknown_rules(ignore: Ignore) -> Iterator[str]:
    names = [rule.id for rule in RULES]
    for code in ignore.codes:
        if code not in names:
            guess = nearest(code, names)
            yield f"there is no rule `{code}`" + (f": did you mean `{guess}`?" if guess else "")


def unused_allows(scope: Scope, uses: Iterable[Use]) -> list[Finding]:
    """Findings for entries of the allowlist that do not hold, after all files were checked.

    Of those of an editor nothing is said: they may be meant for other projects too, and stand at no place in the file.
    """
    if not scope.settings.allow:
        return []
    matched: set[int] = set()
    present: dict[int, str] = {}
    for use in uses:
        matched |= use.matched
        for index, name in use.present.items():
            present.setdefault(index, name)
    findings: list[Finding] = []
    for index, entry in enumerate(scope.settings.allow):
        if entry.line == NO_LINE:
            continue
        severity: Severity = "warning"
        if (reason := lapsed(entry, scope)) is not None:
            message, advice = reason
        elif index in present:
            message = f"The allowance of `{entry.module}` covers a module that exists: `{present[index]}`"
            advice = "take the entry out, or narrow its pattern"
            if entry.kind in ("extension", "generated"):
                severity = "info"
                advice = "that is as it should be in a tree that was built"
        elif index not in matched:
            message = f"The allowance of `{entry.module}` matches no missing import"
            advice = "take the entry out"
        else:
            continue
        span = scope.allow_spans.get(index) or Span(Position(entry.line, 0), Position(entry.line, 0))
        findings.append(
            Finding(
                scope.settings_file or scope.directory,
                unused_allow.RULE,
                severity,
                span,
                message,
                (advice,),
                entry.module,
            )
        )
    return with_severity(findings, scope.settings)


def check_files(
    view: View,
    paths: Iterable[str],
    scope: Scope,
    others: Iterable[Finding] = (),
    whole: bool = True,
) -> Report:
    """The report on ``paths``. ``others`` are findings from elsewhere (unreadable files, a full parse).

    Only a check of the ``whole`` tree can say that an entry of the allowlist matches nothing.
    """
    by_path: dict[str, list[Finding]] = {}
    for finding in others:
        by_path.setdefault(finding.path, []).append(finding)
    paths = sorted(set(paths))
    results = [check_file(view, path, scope, by_path.pop(path, ())) for path in paths]
    findings = [finding for result in results for finding in result.findings]
    findings += with_severity((finding for rest in by_path.values() for finding in rest), scope.settings)
    if whole:
        findings += unused_allows(scope, [result.use for result in results])
    verdicts: dict[Verdict, int] = {
        verdict: sum(result.verdicts.get(verdict, 0) for result in results) for verdict in VERDICTS
    }
    allowed = [sum(result.allowed.get(index, 0) for result in results) for index in range(len(scope.settings.allow))]
    return Report(
        tuple(sorted(findings, key=lambda finding: (finding.path, finding.span, finding.rule, finding.message))),
        tuple(
            sorted(
                (item for result in results for item in result.open),
                key=lambda item: (item.path, item.span, item.module, item.name or ""),
            )
        ),
        len(paths),
        sum(verdicts.values()),
        verdicts,
        tuple(zip(scope.settings.allow, allowed)),
    )
