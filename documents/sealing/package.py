"""The parts of a package with their content types and relationships, as a signature sees them.

``Package.read`` refuses what two programs may resolve differently; the canonical writers give the
one form that a sealed file has. The bytes around the parts are ``container``'s; editing Word
files is no business of this package.

Source: ECMA-376 Part 2, 6.5 (relationships) and 7.2.3 (content types stream).
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from documents.errors import N_
from documents.sealing import container, names
from documents.sealing import relationships as rels
from documents.sealing.c14n import parse, refuse_declarations, tag
from documents.sealing.errors import PackageError
from documents.sealing.relationships import XML_DECLARATION, Relationship

MAX_SIGNATURES = 16


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was read: parts by name (without the leading slash), types, relationships."""

    entries: Mapping[str, container.Entry]
    types: Mapping[str, str]
    """Content type of every part but the content types stream."""
    relationships: Mapping[str, tuple[Relationship, ...]]
    """By the name of the relationships part."""
    canonical: bool
    """The container has its one form (``container.write``)."""
    signatures: tuple[str, ...] = field(default=())
    """Names of the signature parts in the order of the origin's relationships."""

    @classmethod
    def read(cls, data: bytes) -> Package:
        """Read an untrusted file.

        Raises ``ContainerError``, ``XmlError`` or ``PackageError``.
        """
        return cls.of(container.read(data))

    @classmethod
    def of(cls, box: container.Container) -> Package:
        """Read the parts of a container; raises as ``read``."""
        entries = {entry.name: entry for entry in box.entries}
        if names.CONTENT_TYPES_PART not in entries:
            raise PackageError(
                N_("The file has no content types part, so it is not a Word file. Choose a .docx.")
            )
        types = _types(entries)
        for name, kind in types.items():
            if name.endswith(".xml") or kind.endswith("xml"):
                refuse_declarations(entries[name].content, name)
        relationships = {
            name: rels.read(entries[name].content, name)
            for name in entries
            if is_relationships(name)
        }
        package = cls(entries, types, relationships, box.canonical)
        _check_document(package)
        return cls(entries, types, relationships, box.canonical, _signatures(package))

    @property
    def root(self) -> tuple[Relationship, ...]:
        """The relationships of the package itself."""
        return self.relationships.get(names.ROOT_RELATIONSHIPS_PART, ())

    @property
    def origin(self) -> Relationship | None:
        """The relationship to the signature origin, None in a file that was never signed."""
        found = [one for one in self.root if one.type == names.ORIGIN_RELATIONSHIP]
        return found[0] if found else None

    @property
    def document(self) -> str:
        """The name of the main document part."""
        return next(
            target("", one) for one in self.root if one.type in names.DOCUMENT_RELATIONSHIPS
        )

    def signable(self) -> tuple[str, ...]:
        """Give the parts that a signature has to cover, sorted: all but its own machinery."""
        return tuple(
            sorted(
                name
                for name in self.entries
                if name != names.CONTENT_TYPES_PART and not name.startswith(names.SIGNATURE_FOLDER)
            )
        )

    def signable_relationships(self, part: str) -> frozenset[str]:
        """Give the relationship ids of a part that a signature has to cover."""
        origin = self.origin if part == names.ROOT_RELATIONSHIPS_PART else None
        return frozenset(
            one.id for one in self.relationships[part] if origin is None or one.id != origin.id
        )


def is_relationships(name: str) -> bool:
    """Say whether a part name is that of a relationships part."""
    folder, _, leaf = name.rpartition("/")
    return leaf.endswith(".rels") and (folder == "_rels" or folder.endswith("/_rels"))


def target(folder: str, relationship: Relationship) -> str:
    """Give the part name that an internal relationship of a part in ``folder`` points at."""
    return posixpath.normpath(posixpath.join("/", folder, relationship.target)).lstrip("/")


def write_types(types: Mapping[str, str]) -> bytes:
    """Write the content types stream in its one form: a function of the parts and their types.

    As Word does, an extension whose parts all have one type becomes a Default, and XML parts are
    named one by one.
    """
    by_extension: dict[str, set[str]] = {}
    for name, kind in types.items():
        by_extension.setdefault(extension(name), set()).add(kind)
    defaults = {
        ext: next(iter(kinds))
        for ext, kinds in by_extension.items()
        if ext and ext != "xml" and len(kinds) == 1
    }
    lines = [f'<Types xmlns="{names.CONTENT_TYPES}">']
    lines += [
        f"<Default Extension={quoteattr(ext)} ContentType={quoteattr(kind)}/>"
        for ext, kind in sorted(defaults.items())
    ]
    lines += [
        f"<Override PartName={quoteattr('/' + name)} ContentType={quoteattr(kind)}/>"
        for name, kind in sorted(types.items())
        if extension(name) not in defaults
    ]
    return XML_DECLARATION + "".join([*lines, "</Types>"]).encode()


def extension(name: str) -> str:
    """Give the lower-case extension of a part name, empty where it has none."""
    leaf = name.rpartition("/")[2]
    return leaf.rpartition(".")[2].lower() if "." in leaf else ""


def _types(entries: Mapping[str, container.Entry]) -> dict[str, str]:
    part = names.CONTENT_TYPES_PART
    root = parse(entries[part].content, part)
    defaults: dict[str, str] = {}
    overrides: dict[str, str] = {}
    if root.tag != tag(names.CONTENT_TYPES, "Types") or root.attrib:
        raise _odd_types("")
    for node in root:
        if node.tag == tag(names.CONTENT_TYPES, "Default"):
            into, key, wanted = defaults, node.get("Extension", "").lower(), "Extension"
        elif node.tag == tag(names.CONTENT_TYPES, "Override"):
            into, key, wanted = overrides, node.get("PartName", "").casefold(), "PartName"
        else:
            raise _odd_types(str(node.tag))
        if set(node.attrib) != {wanted, "ContentType"} or len(node) or not key or key in into:
            raise _odd_types(key)
        into[key] = node.attrib["ContentType"]
    types = {}
    for name in entries:
        if name == part:
            continue
        kind = overrides.get("/" + name.casefold()) or defaults.get(extension(name))
        if not kind:
            raise PackageError(
                N_(
                    "The part {part} has no content type. "
                    "Ask the sender for the file as Word saved it."
                ),
                part=name,
            )
        if is_relationships(name) != (kind == names.RELATIONSHIPS_TYPE):
            raise _odd_types(name)
        types[name] = kind
    return types


def _check_document(package: Package) -> None:
    found = [one for one in package.root if one.type in names.DOCUMENT_RELATIONSHIPS]
    if len(found) != 1 or found[0].external:
        raise PackageError(
            N_(
                "The file names {count} main documents instead of one. "
                "Ask the sender for the file as Word saved it."
            ),
            count=len(found),
        )
    main = target("", found[0])
    if package.types.get(main) != names.MAIN_TYPE:
        raise PackageError(
            N_(
                "The main document {part} is not a Word document without macros. "
                "Save it in Word as .docx."
            ),
            part=main,
        )


def _signatures(package: Package) -> tuple[str, ...]:
    """Resolve origin and signature parts; refuse a second origin, strays and false types."""
    origins = [one for one in package.root if one.type == names.ORIGIN_RELATIONSHIP]
    machinery = {
        name for name in package.entries if name.casefold().startswith(names.SIGNATURE_FOLDER)
    }
    typed = {
        name
        for name, kind in package.types.items()
        if kind in (names.ORIGIN_TYPE, names.SIGNATURE_TYPE)
    }
    if not origins:
        if machinery or typed:
            raise _stray(min(machinery | typed))
        return ()
    if len(origins) > 1 or origins[0].external:
        raise _stray(names.ORIGIN_PART)
    origin = target("", origins[0])
    folder, _, leaf = origin.rpartition("/")
    listing = f"{folder}/_rels/{leaf}.rels"
    if package.types.get(origin) != names.ORIGIN_TYPE or not origin.startswith(
        names.SIGNATURE_FOLDER
    ):
        raise _stray(origin)
    found = []
    listed = package.relationships.get(listing, ())
    if len(listed) > MAX_SIGNATURES:
        raise PackageError(
            N_("The file carries {count} signatures; at most {limit} are read."),
            count=len(listed),
            limit=MAX_SIGNATURES,
        )
    for one in listed:
        part = target(folder, one)
        if (
            one.type != names.SIGNATURE_RELATIONSHIP
            or one.external
            or package.types.get(part) != names.SIGNATURE_TYPE
            or not part.startswith(names.SIGNATURE_FOLDER)
            or part in found
        ):
            raise _stray(part)
        found.append(part)
    known = {origin, listing, *found}
    if package.entries[origin].content or (machinery | typed) - known:
        raise _stray(min((machinery | typed) - known, default=origin))
    return tuple(found)


def _stray(part: str) -> PackageError:
    return PackageError(
        N_(
            "The signature folder is not in order at {part}: a signature there is not listed once, "
            "or something there is no signature. Do not trust this file."
        ),
        part=part,
    )


def _odd_types(key: str) -> PackageError:
    return PackageError(
        N_(
            "The content types of the file are ambiguous at “{key}”. "
            "Ask the sender for the file as Word saved it."
        ),
        key=key,
    )
