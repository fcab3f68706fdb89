"""Packages: what does not change is copied as it lies, whatever the zip looks like; what changes loses nothing."""

import io
import struct
import zipfile
import zlib

import pytest

from xlprocess.books.archive import Archive, DamagedError
from xlprocess.books.package import CONTENT_TYPES, Package, parse

VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
RELS = "application/vnd.openxmlformats-package.relationships+xml"


class _Unseekable(io.RawIOBase):
    """A stream to which zipfile can only append: sizes then follow the data of an entry."""

    def __init__(self):
        self.data = b""

    def writable(self):
        return True

    def write(self, piece):
        self.data += bytes(piece)
        return len(piece)


def streamed(contents, force_zip64=False):
    out = _Unseekable()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in contents.items():
            info = zipfile.ZipInfo(name, (2023, 5, 6, 7, 8, 10))
            info.compress_type = zipfile.ZIP_DEFLATED
            with file.open(info, "w", force_zip64=force_zip64) as entry:
                entry.write(body)
    return out.data


def raw(data):
    """Packed bytes, time stamp and method of each entry, in order."""
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        for info in file.infolist():
            at = info.header_offset
            n, m = struct.unpack_from("<2H", data, at + 26)
            start = at + 30 + n + m
            packed = data[start : start + info.compress_size]
            found.append((info.filename, info.date_time, info.compress_type, info.external_attr, packed))
    return found


def test_a_package_that_does_not_change_is_the_same_file(make):
    data = make.simple()
    assert Package(data).save() == data


@pytest.mark.parametrize("force_zip64", [False, True], ids=["descriptors", "zip64"])
def test_entries_whose_sizes_follow_their_data_keep_their_packed_bytes(make, force_zip64):
    data = streamed(make.parts(make.simple()), force_zip64)
    once = Archive(data).rewritten({"xl/workbook.xml": b"<x/>"}, ())
    assert [e for e in raw(once) if e[0] != "xl/workbook.xml"] == [e for e in raw(data) if e[0] != "xl/workbook.xml"]
    assert Archive(once).rewritten({}, ()) == once


def test_order_time_stamps_folders_and_comment_are_kept(make):
    contents = {"docProps/": b"", **make.parts(make.simple()), "xl/media/": b""}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.comment = b"by hand"
        for k, (name, body) in enumerate(reversed(contents.items())):
            kind = zipfile.ZIP_STORED if k % 2 else zipfile.ZIP_DEFLATED
            file.writestr(zipfile.ZipInfo(name, (2020, 1, 1 + k, 0, 0, 0)), body, kind)
    archive = Archive(out.getvalue())
    changed = archive.rewritten({"xl/styles.xml": b"<x/>", "new.xml": b"<n/>"}, ["docProps/app.xml"])
    before = [e for e in raw(out.getvalue()) if e[0] != "docProps/app.xml"]
    after = raw(changed)
    assert [e[:2] for e in after] == [*(e[:2] for e in before), ("new.xml", (1980, 1, 1, 0, 0, 0))]
    assert [e for e in after if e[0] not in ("xl/styles.xml", "new.xml")] == [e for e in before if e[0] != "xl/styles.xml"]
    with zipfile.ZipFile(io.BytesIO(changed)) as file:
        assert file.comment == b"by hand"


def test_entries_that_lie_in_another_order_than_listed_are_found(make):
    data = make.simple()
    archive = Archive(data)
    archive.entries.reverse()
    backwards = archive.rewritten({}, ())
    shuffled = Archive(backwards)
    shuffled.entries.sort(key=lambda e: e.name)
    assert make.parts(shuffled.rewritten({}, ())) == make.parts(data)


def test_of_two_entries_with_one_name_the_last_counts_and_both_stay(make):
    out = io.BytesIO()
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(out, "w") as file:
        file.writestr("a.xml", b"first")
        file.writestr("a.xml", b"second")
    archive = Archive(out.getvalue())
    assert archive.read("a.xml") == b"second"
    changed = archive.rewritten({"a.xml": b"third"}, ())
    assert [zlib.crc32(b) for b in (b"first", b"third")] == [e.crc for e in Archive(changed).entries]


def test_bytes_before_the_zip_do_not_disturb(make):
    data = make.simple()
    assert Archive(b"MZ stub" + data).read("xl/workbook.xml") == make.parts(data)["xl/workbook.xml"]
    assert Archive(b"MZ stub" + data).rewritten({}, ()) == data


def test_names_that_are_no_ascii_are_kept(make):
    data = make.packed({"xl/图.xml": b"<a/>"})
    assert raw(Archive(data).rewritten({"xl/图二.xml": b"<b/>"}, ()))[0] == raw(data)[0]
    assert Archive(Archive(data).rewritten({"xl/图二.xml": b"<b/>"}, ())).read("xl/图二.xml") == b"<b/>"


@pytest.mark.parametrize("cut", [0, 10, 400, -10, -30])
def test_a_file_that_is_cut_off_is_damaged(make, cut):
    data = make.simple()
    with pytest.raises(DamagedError):
        archive = Archive(data[:cut])
        for name in archive.by_name:
            archive.read(name)


def test_a_flipped_byte_is_damaged(make):
    data = bytearray(make.simple())
    data[200] ^= 0xFF
    archive = Archive(bytes(data))
    with pytest.raises(DamagedError):
        for name in archive.by_name:
            archive.read(name)


# parts


@pytest.mark.parametrize(
    "target",
    ["worksheets/Sheet1.xml", "/xl/worksheets/sheet1.xml", "worksheets\\sheet1.xml", "./x/../worksheets/SHEET1.XML"],
)
def test_a_target_is_found_however_it_is_written(make, target):
    def change(name, text):
        return text.replace("worksheets/sheet1.xml", target) if name.endswith("workbook.xml.rels") else text

    package = Package(make.repacked(make.simple(), change))
    found = [r.target for r in package.relations("xl/workbook.xml") if r.word == "worksheet"]
    assert found == ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"]


def test_a_part_that_says_the_same_after_an_edit_keeps_its_bytes(make):
    odd = b"<?xml version='1.0'?>\r\n<a   x='1'\n y = \"2\"><b></b ><c /></a>\n"
    package = Package(make.packed({CONTENT_TYPES: b"<Types/>", "a.xml": odd}))
    root = package.edit("a.xml")
    root.set("x", "3")
    root.set("x", "1")
    assert package.read("a.xml") == odd
    assert make.parts(package.save())["a.xml"] == odd


def test_what_is_not_understood_is_kept_in_a_part_that_changes(make):
    start = (
        b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
        b'<w xmlns="urn:w" xmlns:mc="urn:mc" mc:Ignorable="q" xmlns:q="urn:q" q:uid="{1}">'
    )
    inner = b'<?keep me?><!-- a --><q:z q:a="1"/><t xml:space="preserve"> x </t><u><![CDATA[<&]]></u>'
    package = Package(make.packed({CONTENT_TYPES: b"<Types/>", "a.xml": start + inner + b"<c/></w>\r\n"}))
    package.edit("a.xml").append(parse(b'<n xmlns="urn:w"/>'))
    assert package.read("a.xml") == start + inner + b"<c/><n/></w>\r\n"


def test_line_ends_of_texts_are_kept_in_a_part_that_changes(make):
    data = make.packed({CONTENT_TYPES: b"<Types/>", "a.xml": b"<?xml version='1.0'?>\r\n<a><t>x\r\ny</t><b/></a>"})
    package = Package(data)
    package.edit("a.xml")[1].set("n", "1")
    assert package.read("a.xml") == b"<?xml version='1.0'?>\r\n<a><t>x\r\ny</t><b n=\"1\"/></a>"


def test_another_encoding_becomes_utf8_when_the_part_changes(make):
    text = '<?xml version="1.0" encoding="gb18030"?><a>收支</a>'
    package = Package(make.packed({CONTENT_TYPES: b"<Types/>", "a.xml": text.encode("gb18030")}))
    package.edit("a.xml").set("n", "1")
    assert package.read("a.xml").decode() == '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<a n="1">收支</a>'


def test_an_entity_is_never_expanded(make, tmp_path):
    (tmp_path / "secret").write_text("secret")
    text = f'<!DOCTYPE a [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]><a>&e;</a>'
    assert "secret" not in "".join(str(t) for t in parse(text.encode()).itertext())


def test_a_writer_that_declares_every_rels_by_an_override_gets_a_default_and_loses_it_again(make):
    contents = make.parts(make.simple())
    types = contents[CONTENT_TYPES].decode()
    default = f'<Default Extension="rels" ContentType="{RELS}"/>'
    assert default in types
    overrides = "".join(f'<Override PartName="/{n}" ContentType="{RELS}"/>' for n in contents if n.endswith(".rels"))
    contents[CONTENT_TYPES] = types.replace(default, "").replace("</Types>", f"{overrides}</Types>").encode()
    package = Package(make.packed(contents))
    package.add("xl/drawings/vmlDrawing9.vml", b"<xml/>", VML)
    identifier = package.relate("xl/worksheets/sheet2.xml", "urn:x/vmlDrawing", "xl/drawings/vmlDrawing9.vml")
    changed = package.read(CONTENT_TYPES).decode()
    assert default in changed
    assert 'Extension="vml"' in changed
    package.remove("xl/drawings/vmlDrawing9.vml")
    package.unrelate("xl/worksheets/sheet2.xml", identifier)
    assert make.parts(package.save()) == contents


def test_a_relationship_gets_an_id_that_nobody_has(make):
    package = Package(make.simple())
    part = "xl/workbook.xml"
    used = {r.id for r in package.relations(part)}
    made = [package.relate(part, "urn:x/y", "xl/styles.xml") for _ in range(3)]
    assert len({*used, *made}) == len(used) + 3
    assert [r.target for r in package.relations(part) if r.id in made] == ["xl/styles.xml"] * 3
