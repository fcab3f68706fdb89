"""Departments as they hand in their reports: realistic, every one different, and nothing wrong in any of them.

A document is the JSON of a Report with amounts as Decimal; `rows[0]` is 汇总. Nothing here is taken from the program under test.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

Document = dict[str, Any]
YEAR = 2021
LEAVES = {
    "income": ("carryover_prev", "public_budget", "gov_fund", "special_account_nontax", "other_income"),
    "expenditure": ("exp_staff", "exp_public_use", "exp_project"),
    "three_public": ("tp_reception", "tp_vehicle_operation", "tp_vehicle_purchase", "tp_abroad"),
    "fixed_assets": ("fa_in_use", "fa_rented_out", "fa_other"),
}
TOTALS = {
    "income_total": LEAVES["income"],
    "exp_basic": ("exp_staff", "exp_public_use"),
    "exp_total": ("exp_basic", "exp_project"),
    "tp_total": LEAVES["three_public"],
    "fa_total": LEAVES["fixed_assets"],
}
BALANCES = ("balance_current", "balance_cumulative")
MONEY = (*(f for fields in LEAVES.values() for f in fields), *TOTALS, *BALANCES)
_FIELD_OF_WORK = (
    ("教育", "义务教育学校标准化建设", "学校"),
    ("卫生健康", "基层医疗机构能力提升", "卫生院"),
    ("民政", "社区养老服务", "养老服务站"),
    ("水利", "小型水库除险", "水库"),
    ("农业农村", "高标准农田建设", "村"),
    ("交通运输", "农村公路养护", "路段"),
    ("文化旅游", "公共文化场馆免费开放", "场馆"),
    ("应急管理", "应急避难场所建设", "社区"),
    ("林业", "国土绿化", "林场"),
    ("生态环境", "河流断面监测", "断面"),
    ("住房城乡建设", "老旧小区改造", "小区"),
    ("商务", "县域商业体系建设", "乡镇"),
    ("司法", "公共法律服务", "司法所"),
    ("审计", "政府投资项目审计", "项目"),
    ("统计", "统计基层基础建设", "调查点"),
    ("档案", "馆藏档案数字化", "全宗"),
    ("退役军人事务", "退役军人服务体系建设", "服务站"),
    ("市场监督管理", "食品安全抽检", "经营户"),
    ("城市管理", "环卫作业提升", "街道"),
    ("自然资源", "耕地保护巡查", "地块"),
)
_AREAS = (
    "安宁", "白沙", "长丰", "东阳", "丰乐", "古田", "和平", "华亭", "金水", "康宁", "兰溪", "龙泉", "梅岭",
    "南湖", "平川", "青山", "瑞云", "石桥", "泰和", "桐江", "文昌", "西岭", "新城", "永兴", "云台",
)  # fmt: skip
_KINDS_OF_AREA = ("区", "县", "市")
_UNITS = ("服务中心", "执法大队", "信息中心", "监测站", "培训学校", "技术推广站")
_SEEN = ("进度", "质量", "覆盖面", "群众反映", "资金安排", "后期管护", "部门配合", "台账管理")
_CAUSES = ("年初计划偏粗", "前期手续办理时间较长", "基层力量不足", "跨部门数据没有打通", "设备更新较慢", "业务培训不够")
_STEPS = ("细化年初计划", "提前办理前期手续", "充实基层力量", "推进数据共享", "分批更新设备", "增加业务培训", "按季通报进度")
_ABOUT = ("数量", "合格率", "按期完成率", "满意度", "覆盖率", "整改率")


def amount(random: Random, low: float, high: float) -> Decimal:
    """万元 with two decimals, never round."""
    cents = random.randint(int(low * 100), int(high * 100))
    return Decimal(cents + (cents % 10 == 0)) / 100


def department(number: int) -> Document:
    """The department of that number. 汇总 is typed in full by most; the others leave it to the form."""
    random = Random(f"department {number}")
    work, project, place = _FIELD_OF_WORK[number % len(_FIELD_OF_WORK)]
    area_number = number // len(_FIELD_OF_WORK)
    area = _AREAS[area_number % len(_AREAS)] + _KINDS_OF_AREA[area_number // len(_AREAS) % len(_KINDS_OF_AREA)]
    district = area_number // (len(_AREAS) * len(_KINDS_OF_AREA))
    name = f"示例{'' if not district else f'第{district}'}{area}{work}局"
    count = random.choices((1, 2, 3, 4, 5), (35, 30, 20, 10, 5))[0]
    names = ["局机关", *(f"{work}{unit}" for unit in random.sample(_UNITS, count - 1))]
    size = random.choice((1, 1, 2, 4, 9))
    rows = [_organisation(each, random, size if not k else max(size / 3, 0.4)) for k, each in enumerate(names)]
    is_typed = random.random() < 0.7
    summary = {"org": "汇总", **(sums(rows) if is_typed else {})}
    whole = summary if is_typed else sums(rows)
    quota = random.randint(8, 60) * size
    alike = Random(f"field of work {number % len(_FIELD_OF_WORK)}")  # how long its lists are
    funds = _funds(random, whole["exp_project"], project, alike.choice((1, 2, 2, 3)), alike.choice((2, 3, 4)))
    score = Decimal(random.choice((100, 98, 97, 96, 95, 94, 93, 92, 91, 88, 86)))
    document: Document = {
        "form": "yueyang-2021",
        "fiscal_year": YEAR,
        "dept_name": name,
        "budget_code": f"{number + 1:06d}",
        "eval_method": "部门（单位）绩效自评",
        "eval_body": "部门（单位）评价组",
        "report_date": (dt.date(YEAR + 1, 1, 10) + dt.timedelta(random.randint(0, 170))).isoformat(),
        "staff_quota": quota,
        "staff_actual": quota - random.randint(0, min(quota // 5, 9)),
        "rows": [summary, *rows],
        "indicators": _indicators(random, project, place, alike.choice((5, 6, 7))),
        "score": score,
        "grade": "优" if score >= 90 else "良",
        "reviewers": [{"name": "（略）", "title": title, "unit": name} for title in ("局长", "财务股长", "会计")],
        "special_funds": funds,
        "social_items": [],
    }
    if work in ("民政", "退役军人事务"):
        kinds = random.sample(("城乡居民养老待遇", "困难群众参保补助", "失地农民养老补贴", "高龄津贴发放"), alike.choice((3, 4)))
        document["social_items"] = [{"name": kind, "amount": amount(random, 3, 90)} for kind in kinds]
        document["social_total"] = sum(item["amount"] for item in document["social_items"])
    _write_texts(document, random, whole, work, project, place, names[1:])
    return document


def _organisation(name: str, random: Random, size: float) -> Document:
    row: Document = {"org": name}
    row["public_budget"] = amount(random, 180 * size, 700 * size)
    for field, chance, low, high in (
        ("carryover_prev", 0.85, 5, 60),
        ("gov_fund", 0.15, 20, 90),
        ("special_account_nontax", 0.2, 8, 50),
        ("other_income", 0.5, 1, 30),
    ):
        if random.random() < chance:
            row[field] = amount(random, low * size, high * size)
    income = sum((row.get(f, Decimal(0)) for f in LEAVES["income"][1:]), Decimal(0))
    spent = (income * random.randint(860, 995) / 1000).quantize(Decimal("0.01"))
    row["exp_project"] = (spent * random.randint(200, 550) / 1000).quantize(Decimal("0.01"))
    row["exp_public_use"] = (spent * random.randint(80, 180) / 1000).quantize(Decimal("0.01"))
    row["exp_staff"] = spent - row["exp_project"] - row["exp_public_use"]
    for field, chance, low, high in (
        ("tp_reception", 0.9, 0.2, 2.5),
        ("tp_vehicle_operation", 0.8, 0.9, 6),
        ("tp_vehicle_purchase", 0.04, 9, 17),
        ("tp_abroad", 0.04, 1, 3),
    ):
        if random.random() < chance:
            row[field] = amount(random, low * size, high * size)
    row["fa_in_use"] = amount(random, 120 * size, 1900 * size)
    for field in ("fa_rented_out", "fa_other"):
        if random.random() < 0.12:
            row[field] = amount(random, 3 * size, 40 * size)
    add_up(row)
    return row


def add_up(row: Document) -> None:
    """The totals and balances of a row, from its leaves."""
    for total, parts in TOTALS.items():
        given = [row[p] for p in parts if p in row]
        if given:
            row[total] = sum(given, Decimal(0))
    income = [row[f] for f in LEAVES["income"][1:] if f in row]
    row["balance_current"] = sum(income, Decimal(0)) - row["exp_total"]
    row["balance_cumulative"] = row["balance_current"] + row.get("carryover_prev", Decimal(0))


def meant(value: object) -> Decimal | None:
    """The amount in a cell of money: a number, or a text that is one with its unit."""
    if isinstance(value, str) and value.endswith("万元"):
        return Decimal(value.removesuffix("万元"))
    return value if isinstance(value, Decimal) else None


def sums(rows: list[Document]) -> Document:
    """汇总 over organisations."""
    found: Document = {}
    for field in MONEY:
        given = [number for row in rows if (number := meant(row.get(field))) is not None]
        if given:
            found[field] = sum(given, Decimal(0))
    return found


def _funds(random: Random, whole: Decimal, project: str, count: int, parts: int) -> list[Document]:
    """Special funds that make up the whole of 项目支出, each with its uses."""
    shares = _shares(random, whole, count)
    uses = ("工程施工", "设备购置", "委托服务", "质量检验", "设计监理")
    names = (f"{project}资金", "信息化运行维护经费", "专项工作经费")
    return [
        {
            "name": name,
            "year": YEAR,
            "amount": share,
            "parts": [{"name": use, "amount": part} for use, part in zip(uses, _shares(random, share, parts), strict=False)],
        }
        for name, share in zip(names, shares, strict=False)
    ]


def _shares(random: Random, whole: Decimal, count: int) -> list[Decimal]:
    weights = random.sample(range(20, 60), count)
    parts = [(whole * w / sum(weights)).quantize(Decimal("0.01")) for w in weights[:-1]]
    return [*parts, whole - sum(parts, Decimal(0))]


def _indicators(random: Random, project: str, place: str, count: int) -> list[Document]:
    target, met = random.randint(30, 120), random.randint(0, 6)
    rate, better = random.randint(90, 96), random.randint(1, 3)
    cost, less = random.randint(30, 80), random.randint(0, 5)
    found = [
        ("产出目标", "数量指标", f"{project}涉及{place}", f"≥{target}个", f"{target + met}个"),
        ("产出目标", "质量指标", f"{project}验收合格率", f"≥{rate}%", f"{rate + better}%"),
        ("产出目标", "时效指标", f"{project}按期完成率", "100%", "100%"),
        ("产出目标", "成本指标", f"每个{place}平均成本", f"不超过{cost}万元", f"{cost - less}万元"),
        ("效益目标", "社会效益", "受益群众", f"≥{target * 100}人次", f"{target * 100 + met * 37}人次"),
        ("效益目标", "生态效益", "办公用电量下降", "≥3%", f"3.{random.randint(1, 9)}%"),
        ("效益目标", "满意度", "服务对象满意度", f"≥{rate}%", f"{rate + better}.{random.randint(1, 9)}%"),
    ]
    keys = ("level1", "level2", "name", "target", "actual")
    chosen = sorted(random.sample(range(len(found)), count))
    return [dict(zip(keys, found[k], strict=True)) for k in chosen]


def _write_texts(
    document: Document, random: Random, whole: Document, work: str, project: str, place: str, units: list[str]
) -> None:
    causes, steps = random.sample(_CAUSES, 2), random.sample(_STEPS, 3)
    seen, about = random.sample(_SEEN, 2), random.sample(_ABOUT, 2)
    met = random.randint(11, 98)
    lost = 100 - document["score"]
    reason = f"自评扣{lost}分，扣在{seen[0]}和{seen[1]}两个方面。" if lost else ""
    own = f"下设{'、'.join(units)}" if units else "没有独立核算的所属机构"
    document["duties"] = f"贯彻执行{work}工作的法律法规，拟订本地{work}发展规划并组织实施，负责{place}的日常监管和业务指导。"
    document["tasks"] = f"推进{project}，抓好{seen[0]}；做好{place}{about[0]}和{about[1]}的监测；完善内部控制制度。"
    document["achievements"] = f"{project}按计划推进，受益{place}的{about[0]}有所提高，{seen[1]}得到改善，全年没有发生责任事故。"
    document["goal_text"] = f"{project}如期完成，{place}{about[1]}稳步提高，{causes[0]}的情况得到扭转。"
    document["goal_result"] = f"{project}已如期完成，{place}{about[1]}比年初提高，{steps[0]}的做法已在各{place}推开。"
    gov = whole.get("gov_fund")
    social = document.get("social_total")
    document["narrative"] = {
        "s1": f"本局是主管{work}工作的政府工作部门，{own}，承担{project}等职责。",
        "s2": (
            f"基本支出{whole['exp_basic']}万元，其中人员支出{whole['exp_staff']}万元、公用支出{whole['exp_public_use']}万元；"
            f"项目支出{whole['exp_project']}万元，主要用于{project}，按{seen[0]}拨付，资金专款专用。"
        ),
        "s3": f"政府性基金预算拨款{gov}万元，全部用于{project}。" if gov else "无。",
        "s4": "无。",
        "s5": f"社会保险基金预算支出{social}万元，明细见附表二。" if social else "无。",
        "s6": f"{project}带动{seen[0]}明显改善，{place}{about[0]}和{about[1]}均达到预期，{steps[1]}取得实效。{reason}",
        "s7": f"{causes[0]}，{seen[1]}有待加强；{causes[1]}，影响了{place}的{about[0]}。",
        "s8": f"下一步将{steps[0]}、{steps[1]}，并{steps[2]}，重点改进{seen[0]}。",
        "s9": f"以上数字以本局{YEAR}年度决算为准，{place}名单存{work}局备查，编号{met}。",
    }
