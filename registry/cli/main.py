"""The command line ``outcomes``: which commands there are, and what holds for all of them.

Exit status 0 done, 1 findings or a refusal, 2 used wrongly; errors on standard error, in plain words, with the way out. A command's
module is loaded when the command is used, and the program behind it (``registry.app``) by name, so that help answers at once.
"""

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from pkgutil import resolve_name
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter
from rich.text import Text

from registry.cli.screen import Screen, throw_away
from registry.settings import Settings
from registry.version import __version__

COMMANDS = {
    "demo": (
        "registry.cli.registries:demo",
        "Build the demonstration registry (demo.db here) and print the network's results.",
    ),
    "init": ("registry.cli.registries:init", "Make a new, empty registry."),
    "verify": ("registry.cli.registries:verify", "Check every line of the ledger against its chain."),
    "doctor": ("registry.cli.doctor:doctor", "Look at the installation and the registry, or check known answers."),
    "backup": ("registry.cli.keeping:backup", "Copy the whole registry, also while others write."),
    "restore": ("registry.cli.keeping:restore", "Make a registry from a backup."),
    "redact": ("registry.cli.keeping:redact", "Take a wrong upload or a person's name out for good."),
    "rollup": ("registry.cli.questions:rollup", "Who makes progress, and which results can be compared?"),
    "smart": ("registry.cli.sentences:smart", "Is a result written as a plain sentence SMART?"),
    "compare": ("registry.cli.questions:compare", "What do these places share, and what keeps them apart?"),
}
GROUPS = {
    "ledger": (
        "The record itself, line by line.",
        {
            "log": ("registry.cli.ledgers:log", "Who recorded what, and when?"),
            "copy": (
                "registry.cli.ledgers:copy",
                "Copy a registry to an empty place, a file or a server, chain and all.",
            ),
        },
    ),
    "framework": (
        "Which outcomes the network follows together.",
        {
            "list": ("registry.cli.frameworks:list_", "Which frameworks are published?"),
            "show": (
                "registry.cli.frameworks:show",
                "A framework's outcomes, which community measures which, and what is owed.",
            ),
            "publish": ("registry.cli.frameworks:publish", "Publish a framework. It never changes after that."),
        },
    ),
    "template": (
        "The network's definitions of its outcomes.",
        {
            "list": ("registry.cli.templates:list_", "Which outcomes are published?"),
            "show": ("registry.cli.templates:show", "One outcome's definition."),
            "check": ("registry.cli.templates:check", "Name every fault of a template, and write nothing."),
            "diff": (
                "registry.cli.templates:diff",
                "What does one version say otherwise than another, and how large a step is that?",
            ),
            "impact": ("registry.cli.templates:impact", "Which local measures would a new version touch?"),
            "publish": ("registry.cli.templates:publish", "Publish a template. It never changes after that."),
            "deprecate": ("registry.cli.templates:deprecate", "Say that another version is to be used from now on."),
            "withdraw": ("registry.cli.templates:withdraw", "Withdraw a version for good."),
        },
    ),
    "instrument": (
        "The catalogue of assessments and data sources.",
        {
            "list": ("registry.cli.catalogue:instrument_list", "Which assessments and data sources are catalogued?"),
            "show": ("registry.cli.catalogue:instrument_show", "One of them, with its versions and cuts."),
            "publish": ("registry.cli.catalogue:instrument_publish", "Catalogue one, or correct it."),
        },
    ),
    "link": (
        "Where cuts of tests stand on a common scale.",
        {
            "list": ("registry.cli.published:link_list", "Which links are published?"),
            "show": ("registry.cli.published:link_show", "One link: its cuts, errors, years and source."),
            "publish": ("registry.cli.published:link_publish", "Publish a link. It never changes after that."),
        },
    ),
    "rule": (
        "The rules by which progress is judged.",
        {
            "list": ("registry.cli.published:rule_list", "Which rules are there?"),
            "show": ("registry.cli.published:rule_show", "One rule, with its source."),
            "publish": ("registry.cli.published:rule_publish", "Publish a rule. It never changes after that."),
        },
    ),
    "codelist": (
        "The lists by which groups are named.",
        {
            "list": ("registry.cli.published:codelist_list", "Which code lists are there?"),
            "show": ("registry.cli.published:codelist_show", "One list: its categories and the labels of files."),
        },
    ),
    "community": (
        "The member places, and reference places such as the state.",
        {
            "list": ("registry.cli.catalogue:community_list", "Which places are there?"),
            "show": ("registry.cli.catalogue:community_show", "One place, its codes, partners and membership."),
            "add": ("registry.cli.catalogue:community_add", "Add a place, or correct it."),
        },
    ),
    "variant": (
        "The communities' local measures.",
        {
            "list": ("registry.cli.variants:list_", "Which local measures are registered?"),
            "show": (
                "registry.cli.variants:show",
                "One local measure: what it says and with what it is comparable.",
            ),
            "check": (
                "registry.cli.variants:check",
                "Name every fault of a local measure, and write nothing.",
            ),
            "propose": ("registry.cli.variants:propose", "Register a local measure, or a new revision of it."),
            "accept": ("registry.cli.agreement:accept", "Accept that it departs from its template as it says."),
            "sign": ("registry.cli.agreement:sign", "Sign it for a partner."),
            "decline": ("registry.cli.agreement:decline", "Say for a partner that it does not sign, and why."),
            "withdraw-signature": ("registry.cli.agreement:withdraw", "Take a partner's signature back."),
            "waive": ("registry.cli.agreement:waive", "Excuse a community from one period's result."),
            "retire": ("registry.cli.agreement:retire", "Retire it: it counts in no answer from now on."),
            "history": ("registry.cli.variants:history", "Who did what with it, and when."),
            "assess": ("registry.cli.variants:assess", "Is it SMART, agreed, and of its place?"),
        },
    ),
    "release": (
        "What everybody but the owners of the figures may read.",
        {
            "publish": ("registry.cli.releases:publish", "Let results out, with small cells masked."),
            "list": ("registry.cli.releases:list_", "What has been released?"),
            "show": ("registry.cli.releases:show", "One release: which line it shows, and how much is masked."),
        },
    ),
    "data": (
        "The communities' figures.",
        {
            "sniff": ("registry.cli.sniffing:sniff", "How could this file be read? Proposes a mapping, or asks."),
            "check": ("registry.cli.files:check", "Read files and name every fault, and write nothing."),
            "import": ("registry.cli.files:load", "Load files into a local measure: all of it or nothing."),
            "sheet": ("registry.cli.sheets:sheet", "A workbook to fill in, with last year's figures beside."),
            "batches": ("registry.cli.files:batches", "Which files were loaded?"),
        },
    ),
    "token": (
        "The tokens by which others act and read.",
        {
            "create": ("registry.cli.tokens:create", "Make a token. It is shown once."),
            "list": ("registry.cli.tokens:list_", "Which tokens are there?"),
            "revoke": ("registry.cli.tokens:revoke", "Take a token back for good."),
        },
    ),
    "grant": (
        "Whose true figures are open to another role.",
        {
            "add": ("registry.cli.grants:add", "Open a community's true figures to a role."),
            "list": ("registry.cli.grants:list_", "Which grants are there?"),
            "end": ("registry.cli.grants:end", "End a grant."),
        },
    ),
}


def _console() -> Screen:
    return Screen(stderr=True, highlight=False, soft_wrap=True)


def _in_words(error: CycloptsError) -> Text:
    """What is wrong with the words of a command, and where to read how it is used."""
    name = " ".join(("outcomes", *(error.command_chain or ())))
    return Text(f"{error}\nSee: {name} --help")


app = App(
    name="outcomes",
    help="A registry of shared community outcomes.",
    version=__version__,
    help_format="plaintext",
    console=Screen(),
    error_console=_console(),
    error_formatter=_in_words,
)
app.meta.group_parameters = app.meta.group_parameters
for _name, (_path, _help) in COMMANDS.items():
    app.command(_path, name=_name, help=_help)
for _group, (_help, _commands) in GROUPS.items():
    _app = App(name=_group, help=_help, help_format="plaintext")
    for _name, (_path, _text) in _commands.items():
        _app.command(_path, name=_name, help=_text)
    app.command(_app)


@app.meta.default
def launch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    registry: Annotated[str, Parameter(env_var="OUTCOMES_REGISTRY")] = "outcomes.db",
    json: bool = False,
    unmasked: bool = False,
    token_file: Path | None = None,
) -> int:
    """Run a command.

    Parameters
    ----------
    registry
        The registry: a file, or postgresql://USER@HOST/DATABASE.
    json
        Answer as JSON.
    unmasked
        Show small groups as they are; only for whoever holds the registry's file, and nothing to pass on.
    token_file
        A file with the token by which to act; else the one in OUTCOMES_TOKEN; else you are the operator.
    """
    command, bound, ignored = app.parse_args(tokens, exit_on_error=False, print_error=True)
    if "context" not in ignored:  # --help and --version need no registry
        return int(command(*bound.args, **bound.kwargs) or 0)
    run = resolve_name("registry.app:run")
    asked = Settings(registry=registry, json=json, unmasked=unmasked, token_file=token_file)
    return int(run(command, bound, asked))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``outcomes`` with the arguments given (else the process's) and leave with its exit status."""
    _print_whatever_comes()
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _refuse_no_text(words)
        status = app.meta(
            words,
            exit_on_error=False,
            print_error=True,
            error_console=_console(),
            error_formatter=_in_words,
            result_action="return_value",
        )
        if sys.stdout is not None:
            sys.stdout.flush()
    except CycloptsError:
        sys.exit(2)
    except OSError as fault:  # standard output is gone (a full disk): nobody reads any more
        if sys.stdout is not None:
            throw_away(sys.stdout)
        if isinstance(fault, BrokenPipeError):  # a pipe named with --output, whose reader has read enough
            sys.exit(0)
        if sys.stderr is not None:
            _console().print(Text(f"The answer could not be written: {fault.strerror}."))
        sys.exit(1)
    sys.exit(int(status or 0))


def _refuse_no_text(words: Sequence[str]) -> None:
    """What is no text (a file's name in another encoding) could be kept nowhere and is refused at the door."""
    for word in words:
        if word != word.encode("utf-8", "replace").decode("utf-8"):
            _console().print(Text(f"{word!r} is no text. If it is a file, rename it with plain letters."))
            raise CycloptsError


def _print_whatever_comes() -> None:
    """A name that the terminal's encoding does not have is spelled out, and stops nothing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
