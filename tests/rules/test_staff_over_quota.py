"""R301, data of yueyang-2021: more staff than posts."""

from xlprocess.checking import check


def test_flags_one_person_too_many(report, found):
    case = report(staff_actual=11)
    assert found(case) == ["R301 staff_actual 11"]
    assert check(case)[0].message == ("实有人数 11 人，超过人员编制 10 人，超编 1 人，请核对是否计入了退休、临聘或劳务派遣人员。")


def test_accepts_as_many_as_there_are_posts(report, found):
    assert found(report(staff_actual=10)) == []


def test_says_nothing_of_a_number_that_cannot_be_read(report, found):
    assert found(report(staff_quota="若干")) == ["R202 staff_quota 若干"]
