"""The words that the old systems use: statuses, levels, column names, placeholders."""

import re
import unicodedata
from enum import StrEnum

from ..domain.levels import Level


class OldStatus(StrEnum):
    """What an old status word means; the values are the words of a mapping file."""

    OPEN = "open"
    WORKING = "working"
    OBSERVING = "observing"
    RESOLVED = "resolved"
    REVIEW = "review"
    CLOSED = "closed"
    FALSE_ALARM = "false_alarm"
    DUPLICATE = "duplicate"


def fold(word: str) -> str:
    """The form in which words are compared: without case, outer blanks and full-width forms."""
    return unicodedata.normalize("NFKC", word).strip().casefold()


def _words(lists: dict[OldStatus, str]) -> dict[str, OldStatus]:
    return {fold(word): status for status, words in lists.items() for word in words.split("|")}


STATUS_WORDS = _words(
    {
        OldStatus.OPEN: "未处理|new|open|CONFIRMING",
        OldStatus.WORKING: "处理中|挂起|in progress|investigating|identified|postponed|HANDLING",
        OldStatus.OBSERVING: "观察中|monitoring|mitigated",
        OldStatus.RESOLVED: "已解决|已恢复|已完成|已处理|fixed|resolved|RECOVERED",
        OldStatus.REVIEW: "待复盘|postmortem|REVIEWING",
        OldStatus.CLOSED: "已关闭|closed|wontfix|closed - no action|REVIEWED",
        OldStatus.FALSE_ALARM: "误报|invalid|cancelled|canceled|false alarm|false_alarm",
        OldStatus.DUPLICATE: "duplicate",
    }
)

LEVEL_WORDS = {
    fold(word): level
    for level, words in {
        Level.CRITICAL: "特级|一级|紧急|critical",
        Level.ERROR: "二级|高|high|major",
        Level.WARNING: "三级|中|medium",
        Level.INFO: "四级|低|low|minor",
    }.items()
    for word in words.split("|")
}
_GRADE = re.compile(r"(?:sev|p)[\s-]*([0-4])")
_GRADES = (Level.CRITICAL, Level.CRITICAL, Level.ERROR, Level.WARNING, Level.INFO)


def level_of(folded: str) -> Level | None:
    """The level that a folded word names, or None."""
    if level := LEVEL_WORDS.get(folded):
        return level
    grade = _GRADE.fullmatch(folded)
    return _GRADES[int(grade[1])] if grade else None


PLACEHOLDERS = frozenset(
    fold(word)
    for word in (
        *("无", "暂无", "没有", "待补充", "待填写", "待完善", "待定"),
        *("-", "--", "—", "——", "/", ".", "N/A", "NA", "none", "null", "nil", "TODO", "TBD"),
    )
)
_PUNCTUATION = " \t\r\n\u3000。.．!！;；,，…"


def is_placeholder(text: str) -> bool:
    """Whether a text says nothing: blank, or a word such as 无, N/A or 待补充."""
    folded = fold(text)
    return not folded or folded in PLACEHOLDERS or folded.strip(_PUNCTUATION) in PLACEHOLDERS | {""}


ACTION_WORDS = {
    fold(word): status
    for status, words in {
        "Open": "未开始|待开始|待处理|未完成|open|new|todo|pending",
        "InProgress": "进行中|处理中|in progress|doing",
        "Done": "已完成|完成|done|completed|closed",
        "Verified": "已验收|已验证|验收|verified",
        "Cancelled": "取消|已取消|作废|cancelled|canceled",
    }.items()
    for word in words.split("|")
}

# Ours → theirs, best first. Names are compared folded, without blanks, `_` and `-`.
TEXT_COLUMNS: dict[str, str] = {
    "title": "title subject name headline 标题 故障标题 主题 名称 故障名称 事件标题 问题标题 "
    "incidenttitle problemtitle",
    "description": "description desc content detail details body summary 故障描述 描述 内容 详情 详细描述 现象 "
    "故障现象 问题描述 事件描述 说明",
    "status": "status state 状态 故障状态 处理状态 问题状态",
    "level": "level severity 级别 故障级别 等级 故障等级 严重程度 严重级别 告警级别 priority 优先级 紧急程度 grade",
    "source": "source alertsource alarmsource 来源 告警来源 监控来源 数据来源",
    "service": "service servicename system systemname app appname application 所属系统 系统 系统名称 业务系统 影响系统 "
    "服务 所属服务 服务名 服务名称 所属业务 component module",
    "reporter": "reporter reporterid reportedby creator creatorid createdby submitter 登记人 上报人 报告人 "
    "创建人 报障人 提交人",
    "handler": "handler handlers handlername handlerid handlerids mainhandler mainhandlerid assignee assigneeid owner "
    "ownerid commander commanderid user 处理人 处理人员 负责人 值班人 值班人员 经办人",
    "root_cause": "rootcause cause reason 故障原因 原因 根因 根本原因 原因分析 causeanalysis",
    "solution": "solution fix result resolution handleresult 解决方案 解决办法 解决措施 解决方法 处理措施 处理方案 "
    "处理结果 处理方法 恢复措施 reviewsummary 复盘总结 复盘结论",
    "actions": "actions actionitems actionitem followups followup improvements improvement 改进措施 改进项 整改措施 "
    "后续措施 改进计划",
    "timeline": "timeline timelines 时间线 处理过程 处理记录 故障经过 事件经过",
    "impact": "impact 影响范围 影响 影响面 影响描述 affect influence impactscope",
    "deleted": "isdelete isdeleted isdel deleted delflag deleteflag 是否删除 删除标记 已删除 deletedat deletetime "
    "deletedtime removed isremoved",
    "test": "istest test testflag 是否测试 测试",
    "duplicate_of": "duplicateof duplicateofid dupof duplicateid duplicatedof 重复单号 重复于 mergedinto",
}
ENDINGS = {"status": ("status", "state", "状态"), "level": ("level", "severity", "级别", "等级")}
"""A column such as `problem_status` is known by its ending."""

OF_INCIDENTS = ("problem", "incident", "fault", "issue", "ticket", "order", "bug", "handle", "process", "故障", "问题")
"""Beginnings of a name that make such an ending likelier than others."""

PROSE = {"title", "description", "source", "service", "root_cause", "solution", "actions", "timeline", "impact"}
"""Read from text columns only, unless the mapping file names others."""

SINGLE = {"status", "level"}
"""Read from one column; of the others the first usable value counts."""

REVIEW_SUMMARY = ("reviewsummary", "复盘总结", "复盘结论")
"""Of the columns of `solution` those that belong into a postmortem's summary."""

TIME_COLUMNS: dict[str, str] = {
    "started_at": "happened happen occurred occur occurrence started start began begin 发生 "
    "故障发生 开始 故障开始 起始",
    "detected_at": "detected detect detection discovered discover found find fired alarm alert 发现 故障发现 告警 报警",
    "acknowledged_at": "acknowledged ack acked accepted accept responded respond response acknowledge 响应 受理 "
    "接单 接手",
    "recovered_at": "recovered recover recovery resolved resolve restored restore fixed fix finished finish completed "
    "complete solved solve ended end 恢复 故障恢复 解决 完成 结束",
    "closed_at": "closed close 关闭 关单 结单",
    "created_at": "created create creation opened gmtcreate gmtcreated c inserted insert added add registered register "
    "recorded record reported report submitted submit 登记 创建 上报 录入 提交 建单",
    "updated_at": "updated update gmtmodified gmtmodify gmtupdate modified modify m u lastupdate lastupdated "
    "lastmodified 更新 修改 最后更新",
}
TIME_ENDINGS = ("time", "at", "date", "on", "时间", "日期")
ONLY_WITH_ENDING = {
    "fix",
    "alert",
    "alarm",
    "response",
    "start",
    "end",
    "report",
    "c",
    "m",
    "u",
    "record",
    "add",
    "find",
}
"""Stems that mean a time only with an ending such as `_time`."""

FIELDS = ("id", *TEXT_COLUMNS, *TIME_COLUMNS)
"""What a mapping file may name under `[columns]`."""

ID_COLUMNS = ["id", "incidentid", "uuid", "编号", "故障编号"]


TIME_STEMS = {stem for stems in TIME_COLUMNS.values() for stem in stems.split()}


def squeeze(name: str) -> str:
    """A column's name as it is compared: folded, without blanks, `_` and `-`."""
    return re.sub(r"[\s_-]+", "", fold(name))


def time_stem(name: str) -> str:
    """`occur` of `occur_time`; the squeezed name itself when it has no ending; "" when that alone says nothing."""
    squeezed = squeeze(name)
    if squeezed in TIME_STEMS:
        return "" if squeezed in ONLY_WITH_ENDING else squeezed
    for ending in TIME_ENDINGS:
        if squeezed.endswith(ending) and squeezed != ending:
            stem = squeezed.removesuffix(ending)
            short = stem in ONLY_WITH_ENDING and ending in ("at", "date", "on") and (len(stem) == 1 or ending == "on")
            return "" if short else stem
    return "" if squeezed in ONLY_WITH_ENDING else squeezed
