"""What can be typed to keep queries under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.parsing import json_of

if TYPE_CHECKING:
    from tui.arguments import Commands
    from tui.parsing import Parser


def add_views(commands: Commands) -> None:
    """Saved views."""
    from tui.arguments import Commands as Below  # noqa: PLC0415 - it knows this room

    views = commands.add(
        "views",
        says="keep queries under a name, with sort and columns, and hand them on",
        more="Keep queries under a name, with a sort and columns: the terminal opens them, too. Names are compared"
        " without case, accents and punctuation.",
        example='runout views save "To hear" played:never rating:4.. --sort -added',
    )
    below = Below(views, dest="views_command", required=True)
    json_of(
        below.add("list", says="list the saved views", example="runout views list --json"),
        "print one JSON object a line",
    )
    _save(below)
    show = below.add(
        "show",
        says="print the records of a view, as `runout list` does",
        example='runout views show "To hear" --json | jq -r .title',
    )
    _name(show)
    json_of(show, "print one JSON object a line")
    rename = below.add("rename", says="call a view otherwise", example='runout views rename "To hear" Tonight')
    _name(rename)
    rename.add_argument("new", metavar="NEW", help="what it is called from now on")
    _name(below.add("remove", says="forget a view", example='runout views remove "To hear"'))
    _share(below)


def _save(below: Commands) -> None:
    save = below.add(
        "save",
        says="save a query under a name",
        more="Save a query under a name, which comes first. A sort: in the query wins over --sort.",
        example='runout views save "Dub to file" style:dub folder:Uncategorized --columns artist,title,added',
    )
    _name(save)
    save.add_argument("query", nargs="*", metavar="QUERY", help="words of the query; in quotes what has blanks in it")
    save.add_argument("--sort", default="", metavar="ORDER", help="columns, as in -added,artist (default: artist)")
    save.add_argument("--columns", default="", metavar="NAMES", help="which columns are shown, as in artist,title,year")
    save.add_argument("--wants", action="store_true", help="of the wantlist")
    save.add_argument("--replace", action="store_true", help="take the place of a view of that name")
    save.takes_a_query = True


def _share(below: Commands) -> None:
    share = below.add(
        "share",
        says="print the line by which a view is handed on",
        more="Print one line that holds name, query, sort, columns and shelf of a view, and nothing of you. It has"
        " letters, digits and -._ only, so it can stand in a link or a chat.",
        example='runout views share "To hear"',
    )
    _name(share)
    bring = below.add(
        "import",
        says="save the view of such a line",
        example="runout views import runout-view-1.WyJUbyBoZWFyIl0.0a1b2c3d",
    )
    bring.add_argument("text", metavar="TEXT", help="the whole line")
    bring.add_argument("--as", dest="as_name", metavar="NAME", default="", help="under another name")
    bring.add_argument("--replace", action="store_true", help="take the place of a view of that name")


def _name(one: Parser) -> None:
    one.add_argument("name", metavar="NAME", help="what the view is called")
