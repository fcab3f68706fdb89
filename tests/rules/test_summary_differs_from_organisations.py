"""R103: 汇总 that is not the sum of the organisations."""

SECOND = {"org": "执法大队", "fa_in_use": "5", "tp_reception": "1.50", "tp_vehicle_operation": "2.00", "tp_total": "3.50"}


def test_flags_a_summary_that_leaves_an_organisation_out(report, found, figures):
    rows = [{"org": "局机关", **figures}, SECOND]
    case = report(rows=rows, summary={"tp_total": "6.50", "tp_reception": "1.00", "tp_vehicle_operation": "4.00"})
    assert found(case) == [
        "R103 汇总 tp_reception 1.00 expected 2.50 omitted_addend(tp_reception; 执法大队)",
        "R101 汇总 tp_total 6.50 expected 5.00 follows 汇总 tp_reception",
    ]


def test_accepts_the_sum(report, found, figures):
    assert found(report(rows=[{"org": "局机关", **figures}, SECOND], summary={"tp_total": "6.50"})) == []


def test_accepts_a_blank_summary(report, found, figures):
    assert found(report(rows=[{"org": "局机关", **figures}, SECOND])) == []


def test_accepts_organisations_that_keep_their_printed_names_and_are_blank(report, found, figures):
    rows = [{"org": "局机关", **figures}, {"org": "二级机构1"}, {"org": "二级机构2"}]
    assert found(report(rows=rows, summary=figures)) == []
