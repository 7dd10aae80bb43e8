"""Names of columns in old databases, by our name for what they hold."""

TIMES = ["started_at", "detected_at", "acknowledged_at", "recovered_at", "closed_at", "created_at", "updated_at"]

KNOWN = {
    "id": ["id"],
    "title": ["故障标题", "title"],
    "description": ["故障描述", "description", "summary", "content", "desc"],
    "status": ["故障状态", "status"],
    "level": ["故障级别", "level"],
    "handler": ["处理人", "owner", "commander", "handler", "user"],
    "started_at": ["发生时间", "happened_at", "happenedAt", "occur_time"],
    "detected_at": ["detected_at", "detectedAt", "discover_time", "discoverTime"],
    "acknowledged_at": ["response_time", "acknowledged_at", "acknowledgedAt"],
    "recovered_at": ["恢复时间", "resolved_at", "resolvedAt", "recover_time", "fixed_at", "fixedAt", "finish_time"],
    "closed_at": ["closed_at", "closedAt", "close_time"],
    "created_at": ["登记时间", "created_at", "createdAt", "ctime", "create_time"],
    "updated_at": ["updated_at", "updatedAt", "update_time"],
    "root_cause": ["故障原因", "root_cause", "rootCause"],
    "solution": ["解决方案", "solution", "fix", "result"],
    "actions": ["改进措施", "action_items", "actionItems"],
    "timeline": ["timeline"],
    "deleted": ["是否删除", "is_delete", "deleted_at", "deletedAt"],
    "test": ["is_test", "isTest"],
    "duplicate_of": ["duplicate_of", "duplicateOf"],
}
"""Known without a mapping file."""

ODD = {
    "id": ["incident_id", "key", "编号", "id"],
    "title": ["order", "标题 名称", "faultName", "title"],
    "description": ["desc", "内容", "longText"],
    "status": ["state", "status", "处理状态"],
    "level": ["rank", "level", "等级"],
    "handler": ["user", "handler_ids", "负责人"],
    "started_at": ["begin", "start_time", "发生时间"],
    "detected_at": ["when", "found", "发现时间"],
    "acknowledged_at": ["accept_time", "acceptTime", "接单时间"],
    "recovered_at": ["finish_time", "end", "recoverTime", "恢复时间"],
    "closed_at": ["close", "归档时间"],
    "created_at": ["create_time", "insert", "录入时间"],
    "updated_at": ["update", "modified", "改动时间"],
    "root_cause": ["cause", "原因", "why"],
    "solution": ["how", "solution", "办法"],
    "actions": ["todo", "措施"],
    "timeline": ["log", "过程"],
    "deleted": ["delete", "is_delete", "removed", "作废"],
    "test": ["drill", "演练"],
    "duplicate_of": ["same_as", "重复于"],
}
"""Named by the mapping file only; many are reserved words."""

UNMAPPED = ["remark", "备注", "group", "loss"]
