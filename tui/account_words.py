"""Words for what is wrong with an account: `core/errors/account.py` has the facts, `tui/wording.py` all other words."""

from __future__ import annotations

from core import errors
from core.errors import RunoutError
from core.text import duration, printable


def account_words(error: RunoutError) -> str:
    """What went wrong with an account or its credential, and what to do; empty for another error."""
    match error:
        case errors.NotConnected():
            return "No account is connected. Run `runout connect`, or look around with `runout demo`."
        case errors.Disconnected(username):
            return f"{printable(username)} is disconnected; what is here can be browsed. To sync, run `runout connect`."
        case errors.TokenMalformed(reason):
            return f"That is no token: {printable(reason)}. Copy it from www.discogs.com/settings/developers."
        case errors.SealBroken(username):
            return f"The stored token of {printable(username)} does not open with this key. Run `runout connect` again."
        case errors.KeyDamaged(path):
            return f"The key file {printable(path)} holds no key. Delete it and run `runout connect` again."
        case errors.KeyElsewhere():
            return "The key is given by the environment, so it cannot be changed here. Change it where it is given."
    return _sign_in(error)


def _sign_in(error: RunoutError) -> str:
    match error:
        case errors.SignInDenied():
            return "You said no on Discogs' page, so nothing was connected. Run `runout connect` to be asked again."
        case errors.SignInExpired():
            return (
                "This sign-in is over: it lasts a quarter of an hour, and counts only here. Run `runout connect` again."
            )
        case errors.SignInUsed():
            return "This sign-in was completed before. Run `runout connect` to begin another."
        case errors.SignInRefused(said):
            return (
                f"Discogs does not accept the code{quoted(said)}: it is mistyped or too old."
                " Run `runout connect` for a new one."
            )
        case errors.ApplicationRefused(said):
            return (
                f"Discogs does not know this application{quoted(said)}."
                " Check consumer_key and consumer_secret of [discogs]."
            )
        case errors.ClockWrong(seconds):
            off = f"{duration(abs(seconds))} {'ahead of' if seconds > 0 else 'behind'} Discogs' own"
            return f"The clock of this machine is {off}, too far for it to trust us. Set the clock and try again."
    return _member(error)


def _member(error: RunoutError) -> str:
    match error:
        case errors.NoSuchAccount(name, known):
            here = ", ".join(printable(one) for one in known)
            known_ones = f"only {here}. Name one of these, or run" if here else "nor any other. Run"
            return f"There is no account {printable(name)} here, {known_ones} `runout connect`."
        case errors.OtherIdentity(username, current):
            return (
                f"That belongs to {printable(username)}, and {printable(current)} is in use."
                f" Add --yes to switch to {printable(username)}; what is here of {printable(current)} stays."
            )
        case errors.NoSuchMember(username):
            return f"Discogs knows nobody called {printable(username)}. Check how the name is written."
        case errors.CollectionPrivate(username):
            return (
                f"The collection of {printable(username)} is private. Only its owner can connect it, with"
                " `runout connect`, or make it public on Discogs under Settings, Privacy."
            )
        case errors.WantlistPrivate(username):
            return (
                f"The wantlist of {printable(username)} is private. Only its owner can connect it, with"
                " `runout connect`, or make it public on Discogs under Settings, Privacy."
            )
        case errors.TooSoon(until):
            return f"That was asked for a while ago already. It can be asked for again at {until.astimezone():%H:%M}."
        case errors.NotSignedIn(username):
            return (
                f"Discogs lets only those search who are signed in, and {printable(username)} is read as anybody."
                " Run `runout connect` to sign in."
            )
        case errors.OwnersCopyHere(username):
            return (
                f"What is here of {printable(username)} is the owner's and shows more than everybody sees, so it stays."
                " Run `runout connect` to sync it as its owner."
            )
    return ""


def quoted(said: str) -> str:
    """Discogs' own words, if there are any, to put behind ours."""
    return f" (it says: {printable(said).rstrip('.')})" if said else ""
