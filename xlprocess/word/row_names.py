"""What the names of rows say in Chinese tables: the whole of all organisations, an organisation, or something that is neither."""

from __future__ import annotations

import re

from xlprocess.form.model import normal
from xlprocess.word.periods import period_of_column
from xlprocess.word.units import unit_alone

_SUM = r"(?:合计|总计|共计|汇总|总合计|总额|总数|总和)(?:数|额|金额)?"
_WHOLE = re.compile(
    rf"(?:全局|全委|全厅|全办|全院|全部|全系统|全单位|全部门|本部门|部门|本单位|单位|整体|各单位|各机构|各部门|所有单位|机构)?{_SUM}"
    rf"|.{{1,6}}(?:及|和|与|、)(?:所属|下属|直属|二级|各).{{0,8}}?{_SUM}"
)
_OF_ROWS = re.compile(
    r"[（(【\[]\s*[0-9０-９一二三四五六七八九十]{1,3}(?:\s*[+＋\-－—~～至、=＝]\s*[0-9０-９一二三四五六七八九十]{1,3}(?:行|栏)?)*\s*[)）】\]]\s*$"
)
"""The rows that a sum is made of: （1+2）."""
_PARTIAL = re.compile(r"小计|(?:合计|总计|共计|汇总)(?:数|额)?$")
_BEGINS = re.compile(
    r"备注|注[:：]|说明|校验|上年|去年|比上年|较上年|同比|环比|增减|占比|小计|其中|其[他它]$|栏次|行次|序号|本年(?:数|度|$)|差[额异]|"
    r"(?:审核|制表|填表|填报|复核|经办|负责|联系)人|单位负责人|联系电话|(?:填报|填表|报告)日期|(?:19|20)[0-9]{2}年"
)
_MONEY = re.compile(r"(?:经费|支出|收入|拨款|资金|结转|结余|补助|费用|工资|津贴|补贴|款项|[经运]费|金额|[0-9%％])$")
_LETTER = re.compile(r"[一-鿿A-Za-z]")


def is_whole(name: str) -> bool:
    """The row of all rows together: 合计, 全局合计, 合计（1+2）, 局机关及所属单位合计."""
    return _WHOLE.fullmatch(normal(_OF_ROWS.sub("", name))) is not None


def is_no_organisation(name: str) -> bool:
    """A row that is surely not one of an organisation: 其中：人员经费, 栏次, 小计, a unit, a number."""
    word = normal(name)
    if word and _LETTER.search(word) is None:
        return True
    if _BEGINS.match(name.strip()) or _PARTIAL.search(normal(_OF_ROWS.sub("", name))) or _MONEY.search(_numbered(name)):
        return True
    return unit_alone(name) is not None or period_of_column(name, None) is not None


def _numbered(name: str) -> str:
    """An organisation may be numbered behind its name: 二级机构1."""
    return re.sub(r"(?<=[一-鿿])[0-9０-９一二三四五六七八九十]{1,3}$", "", normal(name))
