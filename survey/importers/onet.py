"""Read skill needs from the O*NET database (National Center for O*NET Development; CC BY 4.0 since release 20).

A detailed work activity (DWA) of an occupation becomes a need, and the tasks that are linked to it its elements.
For that the text or Excel files Task Statements, Tasks to DWAs, DWA Reference (30.x: GWAs to IWAs to DWAs) and
Occupation Data come in one ZIP. A file alone is read as far as it goes: one need per task, or per activity.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from base.column_mapping import repeats_header, row_text
from base.refusals import TableRefusal, shown
from base.tables import Table
from survey.importers.need_file import NeedFile, bare, cells_of, first_of, note_unread
from survey.importers.reading import Entry, NeedReader, area_of, elements_of, title_of
from survey.records import NeedReading

FORMAT = "O*NET database"
SOURCE = "O*NET"
LICENCE = "CC BY 4.0"
#: Releases before this one stood under a licence of O*NET's own.
FIRST_CC_RELEASE = 20
OLD_LICENCE = "O*NET licence"

DWA_ID = ("dwaelementid", "dwaid")
DWA_TITLE = ("dwaelementname", "dwatitle")
IWA_ID = ("iwaelementid", "iwaid")
IWA_TITLE = ("iwaelementname", "iwatitle")
GWA_ID = ("gwaelementid", "elementid")
GWA_NAME = ("gwaelementname", "elementname")

READ_COLUMNS = frozenset((
    "onetsoccode", "title", "taskid", "task", "description", *DWA_ID, *DWA_TITLE, *IWA_ID, *IWA_TITLE, *GWA_ID,
    *GWA_NAME, "scaleid", "recommendsuppress", "notrelevant",
))  # fmt: skip
#: Names of the workbooks of the Excel edition that are read.
WORKBOOK_NAMES = {
    "taskstatements": "tasks",
    "taskstodwas": "links",
    "dwareference": "activities",
    "gwastoiwastodwas": "activities",
    "occupationdata": "occupations",
    "contentmodelreference": "content model",
}
RELEASE = re.compile(r"O\*NET[®\s]*(\d{1,2}\.\d)\s+Database|db_(\d{1,2})_(\d)(?!\d)", re.IGNORECASE)

FILES_FOR_A_JOIN = "Task Statements, Tasks to DWAs, DWA Reference (or GWAs to IWAs to DWAs) and Occupation Data"
#: Why a file alone gives no needs.
REFUSED_KINDS = {
    "links": f"this file joins numbers of tasks and activities and holds no texts. Put {FILES_FOR_A_JOIN} in one ZIP.",
    "occupations": f"this file describes occupations, not skills. Put {FILES_FOR_A_JOIN} in one ZIP.",
    "task ratings": "this file rates tasks and holds no texts. Choose Task Statements instead.",
    "tools": "this file lists tools and software, not skills. Choose Task Statements instead.",
    "content model": "this file is the list of O*NET's terms. Choose Task Statements or DWA Reference instead.",
}


def kind_of(columns: frozenset[str]) -> str:
    """Tell by its columns, written bare, which file of the database a table is; "" when none that is known."""
    has_occupation = "onetsoccode" in columns
    if has_occupation and "taskid" in columns and columns & set(DWA_ID):
        return "links"
    if has_occupation and {"taskid", "scaleid"} <= columns:
        return "task ratings"
    if has_occupation and {"taskid", "task"} <= columns:
        return "tasks"
    if not has_occupation and _names_both(columns, DWA_ID, DWA_TITLE):
        return "activities"
    if not has_occupation and _names_both(columns, IWA_ID, IWA_TITLE):
        return "intermediate activities"
    if has_occupation and {"elementid", "scaleid", "datavalue"} <= columns:
        return "ratings"
    if has_occupation and columns & {"commoditycode", "commoditytitle", "t2type", "hottechnology"}:
        return "tools"
    if has_occupation and {"title", "description"} <= columns:
        return "occupations"
    return "content model" if not has_occupation and {"elementid", "elementname", "description"} <= columns else ""


def _names_both(columns: frozenset[str], keys: tuple[str, ...], titles: tuple[str, ...]) -> bool:
    return bool(columns & set(keys)) and bool(columns & set(titles))


def recognises(file: NeedFile) -> bool:
    """Tell whether a file, or a member of an archive, is a table of the database."""
    if file.archive is not None:
        return bool(_member_kinds(file))
    return any(kind_of(header) for header in file.headers)


def read_needs(file: NeedFile, *, strict: bool = False) -> NeedReading:
    """Read the needs of one file of the database or of a ZIP of several, joined by their identifiers."""
    reader = NeedReader(filename=file.filename, strict=strict)
    database = _Database(reader=reader, release=_release(file))
    for prefix, table in _tables(file, reader=reader):
        kind = kind_of(frozenset(bare(column) for column in table.columns))
        database.take(table, kind=kind, prefix=prefix)
    database.write_needs(filename=file.filename)
    return reader.reading(format=FORMAT, title=f"{SOURCE} {database.release}".strip())


def _tables(file: NeedFile, *, reader: NeedReader) -> Iterator[tuple[str, Table]]:
    """Yield the table of the file, or the tables of an archive, each with what its places begin with."""
    if file.archive is None:
        yield "", file.table(*next(header for header in file.headers if kind_of(header)))
        return
    kinds = _member_kinds(file)
    unread = _needless_kinds(set(kinds.values()))
    for member in file.archive.members:
        kind = kinds.get(member.name, "")
        if kind and kind not in unread:
            inner = NeedFile(file.archive.read(member), filename=member.short_name)
            header = next((header for header in inner.headers if kind_of(header)), None)
            if header:
                yield f"{inner.filename}, ", inner.table(*header)
                continue
        reader.doubt(place=shown(member.name), reason="This file of the archive was not read.", raw=member.short_name)


def _needless_kinds(kinds: set[str]) -> set[str]:
    """Return the kinds that are left out: the general skills beside tasks, and the wider activities beside the DWAs."""
    needless = {"task ratings", "tools"}
    if kinds & {"tasks", "activities"}:
        needless.add("ratings")
    if "activities" in kinds:
        needless.add("intermediate activities")
    return needless if kinds - needless else set()


def _member_kinds(file: NeedFile) -> dict[str, str]:
    """Return the kind of every member of an archive; a workbook's is told by its name, lest all are opened."""
    found = {}
    for member in file.archive.members if file.archive else ():
        if member.short_name.lower().endswith((".xlsx", ".xls", ".ods")):
            kind = WORKBOOK_NAMES.get(bare(member.short_name.rsplit(".", 1)[0]), "")
        else:
            kind = kind_of(_head_columns(member.head))
        if kind:
            found[member.name] = kind
    return found


def _head_columns(head: bytes) -> frozenset[str]:
    """Return the columns that the first line of a text names, written bare."""
    line = head.decode("utf-8-sig", "replace").splitlines()[:1]
    return frozenset(bare(text) for text in re.split(r"[\t,;]", line[0])) if line else frozenset()


def _release(file: NeedFile) -> str:
    """Return the release that a Read Me in the archive, or the file's name, states; "" when none does."""
    members = file.archive.members if file.archive else ()
    read_me = [m.head.decode("utf-8", "replace") for m in members if bare(m.short_name).startswith("readme")]
    for text in (*read_me, file.full_name, *(member.name for member in members)):
        if found := RELEASE.search(text):
            return found.group(1) or f"{found.group(2)}.{found.group(3)}"
    return ""


@dataclass(frozen=True)
class _Task:
    place: str
    raw: str
    occupation: str
    text: str


@dataclass(frozen=True)
class _Activity:
    place: str
    raw: str
    title: str
    #: Name of the general work activity above it, or its identifier where the file has no name.
    general: str


@dataclass(frozen=True)
class _Link:
    place: str
    raw: str
    occupation: str
    task_id: str
    activity_id: str


@dataclass
class _Database:
    """Gather the rows of the database's files by their identifiers, then write the needs."""

    reader: NeedReader
    release: str
    occupations: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    tasks: dict[tuple[str, str], _Task] = field(default_factory=dict)
    activities: dict[str, _Activity] = field(default_factory=dict)
    links: list[_Link] = field(default_factory=list)
    #: Texts that the Excel edition writes beside the numbers of its links; the files of the texts come first.
    linked_tasks: dict[tuple[str, str], _Task] = field(default_factory=dict)
    linked_activities: dict[str, _Activity] = field(default_factory=dict)
    #: Occupation and element to the rows that rate it: place, raw text, cells.
    ratings: dict[tuple[str, str], list[tuple[str, str, Mapping[str, str]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    kinds: Counter[str] = field(default_factory=Counter)

    def take(self, table: Table, *, kind: str, prefix: str) -> None:
        """Take the rows of one file."""
        self.kinds[kind] += 1
        for row in table.rows:
            place, raw = prefix + row.place, row_text(row)
            cells = {name: "" if text == "NULL" else text for name, text in cells_of(row).items()}
            if repeats_header(row):
                self.reader.reject(place=place, reason="This row repeats the column names.", raw=raw)
                continue
            occupation = cells.get("onetsoccode", "")
            if occupation and cells.get("title"):
                self.occupations.setdefault(occupation, cells["title"])
            if kind == "tasks":
                self._take_task(place, raw, occupation=occupation, cells=cells)
            elif kind == "links":
                self._take_link(place, raw, occupation=occupation, cells=cells)
            elif kind.endswith("activities"):
                self._take_activity(place, raw, cells=cells)
            elif kind == "ratings":
                self.ratings[occupation, cells.get("elementid", "")].append((place, raw, cells))
            elif kind == "content model":
                self.names.setdefault(cells["elementid"], cells["elementname"])
                self.descriptions.setdefault(cells["elementid"], cells["description"])
        note_unread(table, read=READ_COLUMNS, reader=self.reader)

    def _take_task(self, place: str, raw: str, *, occupation: str, cells: Mapping[str, str]) -> None:
        key = (occupation, cells["taskid"])
        if not all((*key, cells["task"])):
            missing = "occupation" if not occupation else "Task ID" if not cells["taskid"] else "task"
            self.reader.reject(place=place, reason=f"This row has no {missing}.", raw=raw)
            return
        task = _Task(place, raw, occupation, cells["task"])
        first = self.tasks.setdefault(key, task)
        if first is not task:
            self.reader.set_aside(place=place, reason=f"The task {key[1]} stands already in {first.place}.", raw=raw)

    def _take_activity(self, place: str, raw: str, *, cells: Mapping[str, str]) -> None:
        columns = (DWA_ID, DWA_TITLE) if any(name in cells for name in DWA_ID) else (IWA_ID, IWA_TITLE)
        key, title = (first_of(cells, *names) for names in columns)
        if not key or not title:
            missing = "name" if key else "identifier"
            self.reader.reject(place=place, reason=f"This work activity has no {missing}.", raw=raw)
            return
        general = first_of(cells, *GWA_NAME, *GWA_ID)
        activity = _Activity(place, raw, title, general)
        first = self.activities.setdefault(key, activity)
        if first is not activity:
            self.reader.set_aside(place=place, reason=f"The activity {key} stands already in {first.place}.", raw=raw)

    def _take_link(self, place: str, raw: str, *, occupation: str, cells: Mapping[str, str]) -> None:
        """Take a link; the Excel edition writes the texts beside the numbers."""
        task_id, activity_id = cells["taskid"], first_of(cells, *DWA_ID)
        if cells.get("task") and occupation and task_id:
            self.linked_tasks.setdefault((occupation, task_id), _Task(place, raw, occupation, cells["task"]))
        if (title := first_of(cells, *DWA_TITLE)) and activity_id:
            self.linked_activities.setdefault(activity_id, _Activity(place, raw, title, ""))
        self.links.append(_Link(place, raw, occupation, task_id, activity_id))

    # Needs

    def write_needs(self, *, filename: str) -> None:
        """Write what was gathered as needs, or refuse files that hold no texts of needs."""
        self.tasks = {**self.linked_tasks, **self.tasks}
        self.activities = {**self.linked_activities, **self.activities}
        can_join = bool(self.links and self.activities)
        if not (self.tasks or self.activities or self.ratings or self.reader.rejects):
            kind = next((kind for kind in REFUSED_KINDS if self.kinds[kind]), "links")
            raise TableRefusal(f"{filename}: {REFUSED_KINDS[kind]}")
        linked = self._write_joined() if can_join else set()
        if self.links and not can_join:
            reason = f"{len(self.links):,} links were not read, because no file names the work activities."
            self.reader.doubt(place="Tasks to DWAs", reason=reason, raw="Add DWA Reference to the ZIP.")
        self._write_tasks(linked)
        self._write_activities({link.activity_id for link in self.links} if can_join else set())
        self._write_ratings(filename=filename)

    def _write_joined(self) -> set[tuple[str, str]]:
        """Write a need for every activity of an occupation; return the tasks that are elements now."""
        groups: dict[tuple[str, str], list[_Link]] = defaultdict(list)
        seen: dict[tuple[str, str, str], _Link] = {}
        for link in self.links:
            same = (link.occupation, link.task_id, link.activity_id)
            if reason := self._link_problem(link):
                self.reader.reject(place=link.place, reason=reason, raw=link.raw)
            elif same in seen:
                reason = f"The same link stands already in {seen[same].place}."
                self.reader.set_aside(place=link.place, reason=reason, raw=link.raw)
            else:
                seen[same] = link
                groups[link.occupation, link.activity_id].append(link)
        for (occupation, activity_id), links in groups.items():
            self._write_activity_of(occupation, activity_id=activity_id, links=links)
        return {(link.occupation, link.task_id) for link in seen.values()}

    def _link_problem(self, link: _Link) -> str:
        if not link.occupation:
            return "This link names no occupation."
        if link.activity_id not in self.activities:
            return f"No file names the work activity {shown(link.activity_id) or '(blank)'}."
        if self.tasks and (link.occupation, link.task_id) not in self.tasks:
            return f"No file holds the task {shown(link.task_id) or '(blank)'} of {shown(link.occupation)}."
        return ""

    def _write_activity_of(self, occupation: str, *, activity_id: str, links: list[_Link]) -> None:
        activity = self.activities[activity_id]
        tasks = [self.tasks[link.occupation, link.task_id].text for link in links if self.tasks]
        self._write(
            code=f"{occupation}-{activity_id}",
            title=activity.title,
            elements=tuple(part for text in tasks for part in elements_of(text)) or elements_of(activity.title),
            area=self.occupations.get(occupation, occupation),
            source_id=f"{occupation} {activity_id}",
            place=links[0].place,
            raw=" // ".join(link.raw for link in links),
        )

    def _write_tasks(self, linked: set[tuple[str, str]]) -> None:
        n_uses = Counter(task_id for _occupation, task_id in self.tasks)
        for (occupation, task_id), task in self.tasks.items():
            if (occupation, task_id) not in linked:
                self._write(
                    code=task_id if n_uses[task_id] == 1 else f"{occupation}-{task_id}",
                    title=task.text,
                    elements=elements_of(task.text),
                    area=self.occupations.get(occupation, occupation),
                    source_id=f"{occupation} {task_id}",
                    place=task.place,
                    raw=task.raw,
                )

    def _write_activities(self, linked: set[str]) -> None:
        for activity_id, activity in self.activities.items():
            if activity_id not in linked:
                self._write(
                    code=activity_id,
                    title=activity.title,
                    elements=elements_of(activity.title),
                    area=self.names.get(activity.general, activity.general),
                    source_id=activity_id,
                    place=activity.place,
                    raw=activity.raw,
                )

    def _write_ratings(self, *, filename: str) -> None:
        """Write a need for every rated skill of an occupation; the rows of its scales are one record."""
        if self.ratings and not any(self._name_of(key, rows) for (_, key), rows in self.ratings.items()):
            raise TableRefusal(
                f"{filename}: this file rates skills by number and does not name them. "
                "Put Content Model Reference in one ZIP with it."
            )
        for (occupation, key), rows in self.ratings.items():
            place, raw, _ = rows[0]
            if reason := _rating_problem([cells for _, _, cells in rows]):
                self.reader.reject(place=place, reason=reason, raw=raw)
                continue
            name = self._name_of(key, rows)
            self._write(
                code=f"{occupation}-{key}",
                title=name,
                elements=elements_of(self.descriptions.get(key) or name),
                area=self.occupations.get(occupation, occupation),
                source_id=f"{occupation} {key}",
                place=place,
                raw=raw,
                description=self.descriptions.get(key, ""),
            )

    def _name_of(self, key: str, rows: list[tuple[str, str, Mapping[str, str]]]) -> str:
        return first_of(rows[0][2], "elementname") or self.names.get(key, "")

    def _write(
        self,
        *,
        code: str,
        title: str,
        elements: tuple[str, ...],
        area: str,
        source_id: str,
        place: str,
        raw: str,
        description: str = "",
    ) -> None:
        is_old = bool(self.release) and float(self.release) < FIRST_CC_RELEASE
        texts = {
            "code": code,
            "title": title_of(title),
            "area": area_of(area),
            "description": description or (title if title_of(title) != title else ""),
            "source": SOURCE,
            "source_id": source_id,
            "source_version": self.release,
            "licence": OLD_LICENCE if is_old else LICENCE,
        }
        self.reader.take(Entry(place=place, raw=raw, texts=texts, elements=elements))


def _rating_problem(rows: list[Mapping[str, str]]) -> str:
    """Say why a rated skill is not taken; "" when it is."""
    importance = [cells for cells in rows if cells["scaleid"].upper() == "IM"]
    if not importance:
        return "This element has no rating of importance (scale IM)."
    if importance[0].get("recommendsuppress", "").upper() == "Y":
        return "O*NET recommends not to use this rating (Recommend Suppress)."
    if any(cells.get("notrelevant", "").upper() == "Y" for cells in rows):
        return "O*NET marks this element as not relevant for the occupation."
    return ""
