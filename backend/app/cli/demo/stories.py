"""What happened in the demo week. Times are hours before now, or minutes after a story's begin."""

from dataclasses import dataclass, field

from ...domain.action_item import ActionItemStatus, ActionItemType, Priority
from ...domain.incident import IncidentStatus
from ...domain.integration import IntegrationKind
from ...domain.levels import Level, Severity
from ...domain.postmortem import PostmortemStatus
from ...domain.roles import Role

PEOPLE = (
    # username, name, role, language
    ("zhangwei", "张伟", Role.MANAGER, "zh-CN"),
    ("lina", "李娜", Role.RESPONDER, "zh-CN"),
    ("wangfang", "王芳", Role.RESPONDER, "zh-CN"),
    ("chenjie", "陈杰", Role.RESPONDER, "zh-CN"),
    ("james", "James Miller", Role.RESPONDER, "en"),
    ("liuyang", "刘洋", Role.VIEWER, "zh-CN"),
)

KEYS = (
    ("Alertmanager 生产集群", IntegrationKind.ALERTMANAGER),
    ("巡检脚本", IntegrationKind.GENERIC),
)


@dataclass(frozen=True, slots=True)
class Task:
    """An action item; `due` is days from now, and the `note` says why it was cancelled."""

    title: str
    owner: str
    due: int
    status: ActionItemStatus = ActionItemStatus.OPEN
    priority: Priority = Priority.MEDIUM
    type: ActionItemType = ActionItemType.PREVENT
    note: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One incident from its first alert to where it has got."""

    hours_ago: float
    title: str
    service: str
    severity: Severity
    level: Level
    source: str
    reached: IncidentStatus
    by: str = "lina"
    alerts: tuple[str, ...] = ()
    notes: tuple[tuple[int, str], ...] = ()
    cause: str = ""
    impact: str = ""
    fix: str = ""
    relapses: bool = False
    false_alarm: bool = False
    postmortem: PostmortemStatus | None = None
    reviewer: str = "wangfang"
    tasks: tuple[Task, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Stray:
    """An alert that belongs to no incident."""

    minutes_ago: int
    title: str
    service: str
    level: Level
    source: str
    repeats: int = 0
    became: str = "Pending"
    note: str = ""


Pending, InProgress, Recovering, Recovered, AwaitingPostmortem, Closed = IncidentStatus
P1, P2, P3, P4 = Severity
Critical, Error, Warning_, Info = Level
Draft, InReview, Reviewed, Published = PostmortemStatus
Open, Doing, Done, Verified, Cancelled = ActionItemStatus
Prevent, Detect, Mitigate, Process = ActionItemType
High, Medium, Low = Priority

STORIES = (
    Story(
        0.2,
        "支付网关 5xx 错误率超过 5%",
        "payment-gateway",
        P1,
        Critical,
        "prometheus",
        Pending,
        alerts=("支付网关 5xx 错误率超过 5%", "支付回调队列积压超过 2 万条"),
    ),
    Story(0.6, "CDN 边缘节点回源失败（华南）", "cdn-edge", P2, Error, "aliyun", Pending),
    Story(1.4, "Checkout latency SLO burn rate 14.4x", "checkout", P2, Error, "grafana", Pending),
    Story(2.5, "测试环境磁盘使用率 91%", "ci-runner", P4, Info, "zabbix", Pending),
    Story(
        1.1,
        "MySQL 主库连接数耗尽，订单写入失败",
        "order-service",
        P1,
        Critical,
        "prometheus",
        InProgress,
        by="chenjie",
        alerts=("MySQL 主库连接数 980/1000", "订单服务写入超时 P99 > 5s", "订单服务 Pod 反复重启"),
        notes=(
            (9, "从库正常，主库 Threads_connected 980，大量 Sleep 连接来自 order-service 新版本。"),
            (17, "怀疑昨晚发布改了连接池上限，正在对比配置。"),
        ),
    ),
    Story(
        3.2,
        "Kafka 消费积压超过 50 万条",
        "log-pipeline",
        P2,
        Error,
        "nightingale",
        InProgress,
        by="wangfang",
        notes=((12, "消费者组 rebalance 频繁，max.poll.interval.ms 被打满。"),),
        relapses=False,
    ),
    Story(
        5.5,
        "短信验证码到达率下降到 82%",
        "sms",
        P3,
        Warning_,
        "tencent",
        InProgress,
        by="lina",
        notes=((20, "供应商 A 通道拥塞，已提工单，切 30% 流量到供应商 B。"),),
    ),
    Story(
        4.0,
        "华东 2 可用区网络抖动导致跨区调用失败率升高",
        "network",
        P1,
        Critical,
        "aliyun",
        Recovering,
        by="zhangwei",
        alerts=("跨区调用失败率 6.3%", "华东 2 专线丢包 3%"),
        notes=(
            (15, "云厂商确认可用区 B 交换机故障，已将读流量切到可用区 A。"),
            (40, "失败率降到 0.4%，继续观察 15 分钟。"),
        ),
    ),
    Story(
        7.0,
        "Search API returns empty results for new documents",
        "search-api",
        P3,
        Warning_,
        "sentry",
        Recovering,
        by="james",
        notes=((25, "Index refresh was disabled by the bulk import job. Re-enabled, backfilling."),),
    ),
    Story(
        9.0,
        "搜索服务索引延迟超过 10 分钟",
        "search-api",
        P3,
        Warning_,
        "prometheus",
        Recovered,
        by="chenjie",
        notes=((18, "重建索引任务占满磁盘 IO，已限速。"),),
    ),
    Story(
        20.0,
        "用户中心登录接口超时，登录成功率 71%",
        "user-center",
        P1,
        Critical,
        "prometheus",
        Recovered,
        by="lina",
        alerts=("登录接口 P99 延迟 8.2s", "Redis 会话集群 CPU 100%"),
        notes=(
            (8, "Redis 有一个 300MB 的大 key，HGETALL 阻塞。"),
            (31, "已拆分大 key 并限制调用，成功率恢复到 99.8%。"),
        ),
    ),
    Story(
        27.0,
        "K8s Ingress 证书过期，部分域名无法访问",
        "k8s-ingress",
        P2,
        Error,
        "uptime-kuma",
        AwaitingPostmortem,
        by="wangfang",
        notes=(
            (6, "cert-manager 续期失败，DNS 校验的 API 密钥上周轮换过。"),
            (22, "手工签发并重载 Ingress，域名全部恢复。"),
        ),
        cause="DNS 校验所用的 API 密钥轮换后没有同步给 cert-manager，续期一直失败；证书过期没有提前告警。",
        impact="10:12–10:41，3 个域名的 HTTPS 访问失败，约 1.2 万名用户受影响。",
        fix="手工签发证书并重载 Ingress；更新 cert-manager 的密钥。",
        postmortem=Draft,
        reviewer="chenjie",
        tasks=(Task("证书到期前 14 天告警", "wangfang", 3, Open, High, Detect),),
    ),
    Story(
        46.0,
        "定时任务调度器主节点失联，对账任务漏跑",
        "scheduler",
        P2,
        Error,
        "nightingale",
        AwaitingPostmortem,
        by="chenjie",
        relapses=True,
        notes=((14, "主节点 OOM，备节点没有接管：选主锁的 TTL 被配成 24 小时。"),),
        cause="选主锁 TTL 配置为 24 小时，主节点异常退出后备节点无法接管。",
        impact="02:00–03:20 的 14 个对账任务未执行，财务日报延迟 2 小时，无资金损失。",
        fix="删除残留的选主锁，备节点接管；补跑 14 个任务。",
        postmortem=InReview,
        reviewer="lina",
        tasks=(
            Task("选主锁 TTL 改为 30 秒并加校验", "chenjie", 1, Doing, High, Prevent),
            Task("任务漏跑检测：到点 5 分钟未开始即告警", "lina", -1, Open, Medium, Detect),
        ),
    ),
    Story(
        70.0,
        "Object storage returns 503 for image uploads",
        "media",
        P1,
        Critical,
        "grafana",
        AwaitingPostmortem,
        by="james",
        notes=(
            (10, "Bucket request rate limit hit: thumbnails are generated for every retry."),
            (37, "Disabled the retry storm with a feature flag, error rate back to 0.1%."),
        ),
        cause="The thumbnail worker retried without backoff and used up the bucket's request quota.",
        impact="38 minutes in which 64% of image uploads failed; about 9,400 users saw an error.",
        fix="Switched the retries off by feature flag and raised the quota.",
        postmortem=Reviewed,
        reviewer="zhangwei",
        tasks=(
            Task("Exponential backoff with jitter in the thumbnail worker", "james", 4, Doing, High, Prevent),
            Task("Alert on bucket quota above 80%", "chenjie", 6, Open, Medium, Detect),
        ),
    ),
    Story(
        96.0,
        "订单库磁盘空间不足：/var/lib/mysql 剩余 3%",
        "order-db",
        P1,
        Critical,
        "zabbix",
        Closed,
        by="lina",
        alerts=("磁盘空间不足：/var/lib/mysql 剩余 3%", "binlog 目录增长过快"),
        notes=((7, "binlog 保留 30 天，大促期间写入翻倍。"), (26, "清理 7 天前的 binlog，剩余空间 41%。")),
        cause="binlog 保留期 30 天，大促写入量翻倍后磁盘被写满；容量告警阈值只有 5%，留给人的时间不足 20 分钟。",
        impact="订单写入延迟 26 分钟，未丢单，客服收到 37 起咨询。",
        fix="清理 binlog，扩容数据盘。",
        postmortem=Published,
        reviewer="chenjie",
        tasks=(
            Task("binlog 保留期改为 7 天并归档到对象存储", "lina", -2, Verified, High, Prevent),
            Task("磁盘告警改为按增长趋势预测 4 小时", "chenjie", -3, Doing, High, Detect),
            Task("编写磁盘清理应急手册", "wangfang", 5, Done, Low, Mitigate),
            Task(
                "订单库数据盘迁移到本地 NVMe",
                "lina",
                20,
                Cancelled,
                Medium,
                Prevent,
                note="binlog 归档后磁盘日增不到 0.5%，扩容后的云盘够用一年；迁移要停写 2 小时，得不偿失，取消。",
            ),
        ),
    ),
    Story(
        120.0,
        "发布系统误将灰度配置推到全量",
        "deploy",
        P2,
        Error,
        "generic",
        Closed,
        by="wangfang",
        notes=((5, "立即回滚 release-2026.11.18，配置恢复。"),),
        cause="灰度比例字段为空时被当作 100%。",
        impact="全量用户看到未完成的新首页 11 分钟。",
        fix="回滚发布。",
        postmortem=Published,
        reviewer="lina",
        tasks=(
            Task("灰度比例为空时拒绝发布", "wangfang", -1, Done, High, Prevent),
            Task("发布审批增加配置差异展示", "james", 9, Open, Medium, Process),
        ),
    ),
    Story(
        32.0,
        "办公网 VPN 登录缓慢",
        "vpn",
        P4,
        Info,
        "zabbix",
        Closed,
        by="chenjie",
        notes=((30, "RADIUS 服务器时钟漂移，校时后恢复。"),),
    ),
    Story(54.0, "Canary probe failed once", "probe", P3, Warning_, "uptime-kuma", Closed, by="james", false_alarm=True),
)

STRAYS = (
    Stray(2, "订单服务 P99 延迟高于 3 秒", "order-service", Error, "prometheus", repeats=3),
    Stray(4, "主机 web-17 CPU 使用率 96%", "web", Warning_, "zabbix", repeats=8),
    Stray(7, "Pod payment-worker-6f9 CrashLoopBackOff", "payment-worker", Critical, "prometheus", repeats=2),
    Stray(11, "Certificate for api.example.com expires in 20 days", "k8s-ingress", Info, "uptime-kuma"),
    Stray(18, "Redis 主从复制延迟 12 秒", "session-cache", Error, "nightingale", repeats=5, became="Acknowledged"),
    Stray(26, "日志采集 Agent 离线（3 台）", "log-agent", Warning_, "nightingale"),
    Stray(
        35, "Node memory pressure on k8s-node-08", "kubernetes", Warning_, "grafana", repeats=1, became="Acknowledged"
    ),
    Stray(
        48, "测试环境数据库慢查询", "test-db", Info, "prometheus", repeats=14, became="Ignored", note="测试环境压测中"
    ),
    Stray(70, "接口 /v2/coupons 4xx 比例升高", "coupon", Warning_, "tencent", became="Resolved"),
    Stray(95, "Disk latency above 40 ms on storage-03", "storage", Error, "grafana", became="Resolved"),
    Stray(130, "夜间备份任务耗时超过 2 小时", "backup", Warning_, "zabbix", became="Resolved"),
    Stray(180, "机房温度 29°C", "idc", Info, "zabbix", repeats=6, became="Ignored", note="空调检修，已知"),
)
