"""Where a relative path of the settings begins: never at the folder somebody stands in."""

from pathlib import Path

from ekyc.settings import Settings

CHECKOUT = Path(__file__).parents[2]

_SQLITE = "sqlite+aiosqlite:///"


def placed(settings: Settings, file: Path | None) -> Settings:
    """Every path whole: from the folder of the settings' file, else from the checkout."""
    home = CHECKOUT if file is None else file.absolute().parent
    server, objects, ice = settings.server, settings.objects, settings.ice
    return settings.model_copy(
        update={
            "secret_file": home / settings.secret_file,
            "seal_file": _file(settings.seal_file, home),
            "database": settings.database.model_copy(
                update={"url": _database(settings.database.url, home)}
            ),
            "objects": objects.model_copy(
                update={"folder": home / objects.folder, "spool": home / objects.spool}
            ),
            "preparation": settings.preparation.model_copy(
                update={"folder": _file(settings.preparation.folder, home)}
            ),
            "ice": ice.model_copy(update={"turn_secret_file": _file(ice.turn_secret_file, home)}),
            "server": server.model_copy(
                update={
                    "runtime_dir": home / server.runtime_dir,
                    "tls_certificate": _file(server.tls_certificate, home),
                    "tls_key": _file(server.tls_key, home),
                }
            ),
        }
    )


def _database(url: str, home: Path) -> str:
    """A file's URL made whole; a server's, and SQLite's in memory, stay as they are."""
    path = url.removeprefix(_SQLITE)
    if path == url or not path or path.startswith(":"):
        return url
    return f"{_SQLITE}{home / path}"


def _file(name: str, home: Path) -> str:
    return name and str(home / name)
