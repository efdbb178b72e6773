"""Which folders and files belong to a project, and what changed among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from importwise.index.filled import Filled
from importwise.index.tree import NOTHING, Listing
from importwise.workspace.disk import Disk
from importwise.workspace.ignore import NOTHING_IGNORED, Ignore
from importwise.workspace.walk import CHECKED_ENDINGS, Folder, Identity, identity_of, look, walk_below

IGNORING = ".gitignore"
DECIDING = frozenset({IGNORING, ".git", "exclude", "pyvenv.cfg", "conda-meta"})
"""Entries that decide which others belong to the project: with a change of one the project is walked anew."""

MANY = 1000
"""Hints after which to walk the project anew is quicker than to look here and there."""


class Moved:
    """What a change of folders came to, gathered step by step."""

    def __init__(self) -> None:
        self.places: set[str] = set()
        """Places (`index.recording`) at which there is something else now."""
        self.contents: set[str] = set()
        """Files that may contain something else."""
        self.new: set[str] = set()
        """Files that belong to the project now."""
        self.gone: set[str] = set()
        """Files that belonged to the project."""

    def compare(self, folder: str, old: Listing, new: Listing) -> None:
        """Note the places that differ in a folder."""
        for name in (old.files ^ new.files) | (old.folders ^ new.folders):
            part = name.partition(".")[0]
            self.places.add(f"{folder}/{part}")
            self.places.add(f"{folder}/")
            if part == "__init__":
                self.places.add(folder)


class Folders:
    """The folders of one project, and those of the rest of the world that someone asked for."""

    def __init__(self, tops: Sequence[str], exclude: Sequence[str], endings: tuple[str, ...], disk: Disk) -> None:
        """``tops`` are the folders and files that make up the project; ``endings`` those of files that are of interest."""
        self.tops = tuple(tops)
        self.exclude = exclude
        self.endings = (*endings, *DECIDING)
        self.disk = disk
        self.tree: Filled[Listing] = Filled(disk.list_folder)
        self.checked: set[str] = set()
        """The project's Python files that are not ignored."""
        self.folders: dict[str, Ignore] = {}
        """The project's folders that are not ignored, each with what is ignored in it."""
        self.problems: dict[str, str] = {}
        """Why folders, and entries named like files, can't be read."""
        self._deciding: dict[str, int | None] = {}
        """Files that say what is ignored, with their signatures."""
        self._links: dict[str, Identity] = {}
        """Links to folders, and entries that can't be read, with what they lead to: that may change where nobody looks."""
        self._linked_files: set[str] = set()
        self._decides_otherwise = False

    def walk(self) -> None:
        """Walk the project from its tops down."""
        for top in self.tops:
            if self._is_file(top):
                self.checked.add(top)
                continue
            for folder in self._walk(top):
                self._take_in(folder)

    def touch(self, paths: Iterable[str]) -> Moved:
        """Look again at ``paths`` and at all below them; returns what is different."""
        paths = list(dict.fromkeys(paths))
        moved = Moved()
        if self._lead_elsewhere() or len(paths) > MANY or any(self._decides(path) for path in paths):
            self._walk_again(moved)
        links = dict(self._links)
        paths += sorted(self._linked_files)
        looked: set[str] = set()
        known = [path for path in sorted(self._links) if path in self.tree]
        for path in paths:
            parent = path.rpartition("/")[0]
            while parent and (
                parent not in self.tree or self._came_or_went(parent, moved, looked) or self._is_news(parent)
            ):
                parent = parent.rpartition("/")[0]
            if path in self.tree:
                known.append(path)
            else:
                moved.contents.add(path)
        if known:
            inside = tuple(f"{path}/" for path in known)
            for folder in [folder for folder in self.tree if folder in known or folder.startswith(inside)]:
                self._look_again(folder, moved, looked)
            for folder in [folder for folder in self.tree if folder in known or folder.startswith(inside)]:
                moved.contents.update(
                    f"{folder}/{name}" for name in self.tree[folder].files if name.endswith(CHECKED_ENDINGS)
                )
        if self._decides_otherwise or self._links != links:
            # Which links are followed depends on where the others lead.
            self._walk_again(moved)
        return moved

    def _lead_elsewhere(self) -> bool:
        """Whether a link leads to something else than it did."""
        return any(identity_of(path) != known for path, known in self._links.items())

    def _decides(self, path: str) -> bool:
        """Whether a hint may be about something that decides what belongs to the project."""
        if path.rpartition("/")[2] in DECIDING:
            return True
        if path not in self.folders:
            return False
        inside = f"{path}/"
        return any(
            known is None or known != self.disk.signature(file)
            for file, known in self._deciding.items()
            if file.startswith(inside)
        )

    def _walk(self, top: str) -> Iterable[Folder]:
        if self.disk.walk is not None:
            return self.disk.walk(top, self.exclude, self.endings)
        return self._walk_listings(top)

    def _walk_listings(self, top: str) -> Iterator[Folder]:
        folder = _plain(top, self.disk.list_folder)
        yield folder
        for name in folder.below:
            yield from self._walk_listings(f"{top}/{name}")

    def _take_in(self, folder: Folder) -> None:
        self.tree[folder.path] = folder.listing
        self.folders[folder.path] = folder.ignore
        self.checked.update(f"{folder.path}/{name}" for name in folder.checked)
        self._note(folder)

    def _note(self, folder: Folder) -> None:
        """Keep what is special in a folder."""
        path = folder.path
        for name in (*folder.linked, *folder.dangling, *(name for name, _ in folder.unreadable)):
            self._links[f"{path}/{name}"] = identity_of(f"{path}/{name}")
        self._linked_files.update(f"{path}/{name}" for name in folder.linked_files)
        self.problems.update((f"{path}/{name}", reason) for name, reason in folder.unreadable)
        if folder.problem is not None:
            self.problems[path] = folder.problem
        if IGNORING in folder.listing.files:
            self._deciding[f"{path}/{IGNORING}"] = self.disk.signature(f"{path}/{IGNORING}")

    def _walk_again(self, moved: Moved) -> None:
        """Walk the whole project anew."""
        before, self.folders = self.folders, {}
        checked = set(self.checked)
        self.checked.clear()  # The same set: others look at it.
        old = {folder: self.tree[folder] for folder in before}
        for folder in before:
            del self.tree[folder]
        for special in (self.problems, self._deciding, self._links, self._linked_files):
            special.clear()
        self._decides_otherwise = False
        asked = dict(self.tree)
        self.walk()
        for folder in {**old, **dict.fromkeys(self.folders, NOTHING)}:
            moved.compare(folder, old.get(folder) or asked.get(folder, NOTHING), self.tree[folder])
        moved.new |= self.checked - checked
        moved.gone |= checked - self.checked

    def _look_again(self, folder: str, moved: Moved, looked: set[str]) -> None:
        """Look again at one folder that is known, and at what appeared in it or vanished."""
        if folder in looked or folder not in self.tree:
            return
        looked.add(folder)
        old = self.tree[folder]
        ours = folder in self.folders
        found = self._look(folder) if ours else Folder(folder, self.disk.list_folder(folder), ())
        new = found.listing if found is not None else NOTHING
        if ours:
            # Whether a folder belongs to the project depends on its neighbours: it is not forgotten that it did.
            self._renew(folder, old, found, moved)
        if new == old:
            return
        if ours and not DECIDING.isdisjoint((old.files ^ new.files) | (old.folders ^ new.folders)):
            self._decides_otherwise = True
        self.tree[folder] = new
        moved.compare(folder, old, new)
        moved.contents.update(f"{folder}/{name}" for name in old.files - new.files)
        for name in old.folders - new.folders:
            self._drop(f"{folder}/{name}", moved)
        for name in new.folders - old.folders:
            below = f"{folder}/{name}"
            for asked in [asked for asked in self.tree if asked == below or asked.startswith(f"{below}/")]:
                self._look_again(asked, moved, looked)
            if found is not None and name in found.below:
                for entered in self._enter(below, found.ignore):
                    looked.add(entered.path)
                    moved.compare(entered.path, self.tree.get(entered.path, NOTHING), entered.listing)
                    self._take_in(entered)
                    moved.new.update(f"{entered.path}/{file}" for file in entered.checked)

    def _came_or_went(self, folder: str, moved: Moved, looked: set[str]) -> bool:
        """Look again at a folder; returns whether it may itself be new, or gone."""
        was_empty = self.tree[folder] == NOTHING
        self._look_again(folder, moved, looked)
        return was_empty or self.tree.get(folder, NOTHING) == NOTHING

    def _is_news(self, folder: str) -> bool:
        """Whether the folder, or one that it lies in, was seen for an answer since it came, but not taken in yet."""
        while folder not in self.folders and (above := folder.rpartition("/")[0]):
            if above in self.tree and folder[len(above) + 1 :] not in self.tree[above].folders:
                return True
            folder = above
        return False

    def _look(self, folder: str) -> Folder | None:
        if self.disk.walk is None:
            return _plain(folder, self.disk.list_folder)
        # What a folder ignores includes what its own .gitignore says, which is the same again: see DECIDING.
        return look(folder, self.folders[folder], self.endings, is_top=folder in self.tops)

    def _enter(self, folder: str, above: Ignore) -> Iterable[Folder]:
        if self.disk.walk is None:
            return self._walk_listings(folder)
        return walk_below(folder, above, self.endings)

    def _renew(self, folder: str, old: Listing, found: Folder | None, moved: Moved) -> None:
        """The files and the problems of one folder of the project."""
        before = {path for name in old.files if (path := f"{folder}/{name}") in self.checked}
        after = {f"{folder}/{name}" for name in found.checked} if found is not None else set()
        self.checked -= before
        self.checked |= after
        moved.new |= after - before
        moved.gone |= before - after
        self._forget_problems(folder)
        if found is not None:
            self._note(found)

    def _forget_problems(self, folder: str) -> None:
        for path in [path for path in self.problems if path.rpartition("/")[0] == folder or path == folder]:
            del self.problems[path]

    def _drop(self, folder: str, moved: Moved) -> None:
        """A folder is gone, with all below."""
        for below in [below for below in self.tree if below == folder or below.startswith(f"{folder}/")]:
            old = self.tree.pop(below)
            moved.compare(below, old, NOTHING)
            moved.contents.update(f"{below}/{name}" for name in old.files)
            self.folders.pop(below, None)
            self._forget_problems(below)
            gone = {path for name in old.files if (path := f"{below}/{name}") in self.checked}
            self.checked -= gone
            moved.gone |= gone

    def _is_file(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        return name in self.disk.list_folder(folder or "/").files


def _plain(folder: str, list_folder: Callable[[str], Listing]) -> Folder:
    """A folder of a disk on which nothing is ignored."""
    listing = list_folder(folder)
    checked = sorted(name for name in listing.files if name.endswith(CHECKED_ENDINGS))
    below = sorted(listing.folders - {"site-packages"})
    return Folder(folder, listing, tuple(checked), ignore=NOTHING_IGNORED, below=tuple(below))
