"""The desktop's half of a notification: shows nothing, says what it was given, clicks when told.

A program of its own for the system's Python, which has the D-Bus bindings; it runs on a bus of its
own. Lines out: a JSON object for each notification. Lines in: the id of one to click.
"""

import json
import sys

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"


class Desktop(dbus.service.Object):
    """As the Desktop Notifications Specification 1.2 has it, as far as a browser asks."""

    last = 0

    @dbus.service.method(NAME, out_signature="as")
    def GetCapabilities(self) -> list[str]:
        return ["actions", "body", "persistence"]

    @dbus.service.method(NAME, out_signature="ssss")
    def GetServerInformation(self) -> tuple[str, str, str, str]:
        return "tests", "ekyc", "1", "1.2"

    @dbus.service.method(NAME, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(
        self,
        app: str,
        old: int,
        icon: str,
        title: str,
        body: str,
        actions: list[str],
        hints: object,
        timeout: int,
    ) -> int:
        self.last = int(old) or self.last + 1
        said = {"id": self.last, "title": title, "body": body, "actions": list(actions)}
        _say(said)
        return self.last

    @dbus.service.method(NAME, in_signature="u")
    def CloseNotification(self, id: int) -> None:
        self.NotificationClosed(id, 3)

    @dbus.service.signal(NAME, signature="uu")
    def NotificationClosed(self, id: int, reason: int) -> None:
        pass

    @dbus.service.signal(NAME, signature="us")
    def ActionInvoked(self, id: int, action: str) -> None:
        pass


def _say(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _click(desktop: Desktop) -> bool:
    line = sys.stdin.readline()
    if line.strip():
        desktop.ActionInvoked(int(line), "default")
    return bool(line)


def main() -> None:
    """Until nobody writes any more."""
    DBusGMainLoop(set_as_default=True)
    bus = dbus.SessionBus()
    name = dbus.service.BusName(NAME, bus)
    desktop = Desktop(name, PATH)
    loop = GLib.MainLoop()
    GLib.io_add_watch(
        sys.stdin, GLib.IO_IN | GLib.IO_HUP, lambda *_: _click(desktop) or loop.quit()
    )
    _say({"ready": True})
    loop.run()


if __name__ == "__main__":
    main()
