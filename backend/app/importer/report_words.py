"""What the report calls things, in Chinese and in English."""

from ..domain.wording import STATUS

Words = tuple[str, str]

EXPLAINED: dict[str, Words] = {
    # Rows that became nothing: the values of rules.Reason.
    "deleted": (
        "在旧系统中已被删除（软删除）。不迁移，原记录保留在备份表中。",
        "Deleted in the old system (soft delete). Not migrated; the row stays in the backup table.",
    ),
    "duplicate_row": (
        "与前面某一行的所有字段完全相同，只保留第一行。",
        "Equal to an earlier row in every column. Only the first of them was migrated.",
    ),
    "no_text": (
        "标题和描述都为空，无法判断是什么事件。",
        "Both title and description are blank: nothing says what it was about.",
    ),
    "no_time": (
        "所有时间字段都没有可用的值，无法判断何时发生。",
        "No column holds a usable time: nothing says when it happened.",
    ),
    "unknown_status": (
        "状态的含义未知。回退后，在映射文件的 [status] 中写明含义即可迁移。",
        "The meaning of the status is not known. To migrate these rows, roll back, say what it means under [status] "
        "of a mapping file, and run again.",
    ),
    # Rows that were migrated with a correction.
    "fired_at_fallback": (
        "首选的时间字段有值但不可用（例如 0000-00-00、1970-01-01 或一段文字），改用其他时间字段作为告警时间。",
        "The preferred time was unusable (such as 0000-00-00, 1970-01-01 or prose). Another column gave the time.",
    ),
    "detected_before_started": (
        "发现时间早于发生时间，发生时间改为发现时间。",
        "Detected before it started: the start was set to the time of detection.",
    ),
    "acknowledged_before_fired": (
        "受理时间早于告警时间，受理时间已去掉。",
        "Acknowledged before it fired: the time of acknowledgement was dropped.",
    ),
    "recovered_before_fired": (
        "恢复时间早于告警时间，恢复时间已去掉，不参与恢复耗时统计。",
        "Recovered before it fired: the time of recovery was dropped and does not count in recovery statistics.",
    ),
    "recovered_unknown": (
        "已结束，但没有可用的恢复时间。恢复时间留空，不参与恢复耗时统计。",
        "Ended, but without a usable time of recovery. It stays empty and does not count in recovery statistics.",
    ),
    "level_defaulted": (
        "级别为空或无法识别，采用默认级别。原值已保留。",
        "The level was blank or unknown: the default level was used. The old value is kept.",
    ),
    "status_blank": (
        "状态为空，按映射规则判定；默认有恢复时间视为已恢复，否则视为未处理。",
        "The status was blank. By default, a row with a time of recovery is resolved and any other is open.",
    ),
    "title_cut": (
        "标题超过 200 个字符，已截短；完整标题放在描述的开头。",
        "The title was longer than 200 characters and was cut. The description begins with the whole title.",
    ),
    "title_from_description": (
        "标题为空，取描述的前 200 个字符作为标题。",
        "The title was blank: the first 200 characters of the description became the title.",
    ),
    "timeline_not_json": (
        "时间线不是可解析的 JSON，全文作为一条记录导入。",
        "The timeline was not readable as JSON: the whole text became one entry.",
    ),
    "text_cut_in_a_character": (
        "文字在旧系统中被截断在一个汉字中间，去掉了不完整的最后一个字符。",
        "The old system had cut a text in the middle of a character. The broken last character was dropped.",
    ),
    "text_was_gbk": (
        "文字以 GBK 编码存储，已转换为 UTF-8。",
        "A text was stored in GBK and was converted to UTF-8.",
    ),
    "text_not_decodable": (
        "部分字节不属于任何已知编码，以“�”代替；原始字节已保留。",
        "Some bytes were in no known encoding and appear as “�”. The raw bytes are kept.",
    ),
}
"""Every reason and every warning of the rules, in a sentence."""

LEVEL: dict[str, Words] = {
    "Critical": ("严重", "Critical"),
    "Error": ("错误", "Error"),
    "Warning": ("警告", "Warning"),
    "Info": ("提示", "Info"),
}
SEVERITY: dict[str, Words] = {
    "P1": ("P1 特别重大", "P1 critical"),
    "P2": ("P2 重大", "P2 major"),
    "P3": ("P3 一般", "P3 moderate"),
    "P4": ("P4 轻微", "P4 minor"),
}
ALERT_STATUS: dict[str, Words] = {
    "Pending": ("待处理", "Pending"),
    "Acknowledged": ("已确认", "Acknowledged"),
    "Linked": ("已关联", "Linked"),
    "Resolved": ("已恢复", "Resolved"),
    "Ignored": ("已忽略", "Ignored"),
}
INCIDENT_STATUS: dict[str, Words] = {word: (chinese, STATUS["en"][word]) for word, chinese in STATUS["zh-CN"].items()}
ACTION_STATUS: dict[str, Words] = {
    "Open": ("待开始", "Open"),
    "InProgress": ("进行中", "In progress"),
    "Done": ("已完成", "Done"),
    "Verified": ("已验证", "Verified"),
    "Cancelled": ("已取消", "Cancelled"),
}

NEIGHBOURS: dict[str, Words] = {
    "view": (
        "视图，按表名读取旧表；在回退之前无法使用。",
        "A view that reads the old table by its name; it does not work until a rollback.",
    ),
    "trigger": ("触发器，随备份表保留。", "A trigger; it went along with the backup table."),
    "foreign key": ("外键，现在指向备份表。", "A foreign key; it refers to the backup table now."),
}
