"""The core's permissions and the roles that an installation starts with."""

from dataclasses import dataclass

from guanxi.i18n import Text
from guanxi.plugins.contract import Permission

CORE_PERMISSIONS = (
    Permission("home.view", Text("See the home page", "查看首页")),
    Permission("customers.view", Text("See customers", "查看客户")),
    Permission("customers.edit", Text("Create and change customers", "新建和修改客户")),
    Permission("customers.sensitive", Text("See sensitive fields", "查看敏感字段")),
    Permission(
        "customers.merge", Text("Merge customers and take merges back", "合并客户与撤销合并")
    ),
    Permission("customers.erase", Text("Export and erase a person's data", "导出与删除个人数据")),
    Permission("touchpoints.view", Text("See touchpoints", "查看接触记录")),
    Permission("touchpoints.edit", Text("Record and correct touchpoints", "记录和更正接触")),
    Permission("rewards.view", Text("See rewards", "查看奖励")),
    Permission("rewards.request", Text("Ask for rewards", "申请奖励")),
    Permission("rewards.manage", Text("Grant, reverse and refuse rewards", "发放、撤销和拒绝奖励")),
    Permission("messages.send", Text("Write to customers", "向客户发送消息")),
    Permission("imports.run", Text("Import files and undo imports", "导入文件与撤销导入")),
    Permission("exports.run", Text("Export lists", "导出列表")),
    Permission("apps.manage", Text("Switch plugins on and off", "启用和停用应用")),
    Permission("settings.manage", Text("Change settings", "修改设置")),
    Permission("users.manage", Text("Manage users, roles and teams", "管理用户、角色和团队")),
    Permission("audit.view", Text("Read the audit log", "查看审计日志")),
    Permission("health.view", Text("See system health and retry events", "查看系统状态与重试事件")),
    Permission("tokens.own", Text("Make API tokens of one's own", "创建自己的 API 令牌")),
    Permission("webhooks.manage", Text("Manage webhooks", "管理 Webhook")),
    Permission("events.read", Text("Read the log of events by API", "通过 API 读取事件日志")),
)


@dataclass(frozen=True, slots=True)
class BuiltInRole:
    """A role that exists from the start; the admin may change its permissions."""

    name: str
    title: Text
    scope: str
    permissions: tuple[str, ...]


_STAFF = (
    "home.view",
    "customers.view",
    "customers.edit",
    "touchpoints.view",
    "touchpoints.edit",
    "rewards.view",
    "rewards.request",
    "messages.send",
    "tokens.own",
)

BUILT_IN_ROLES = (
    BuiltInRole("admin", Text("Admin", "管理员"), "all", tuple(p.name for p in CORE_PERMISSIONS)),
    BuiltInRole(
        "owner",
        Text("Owner", "企业主"),
        "all",
        (
            *_STAFF,
            "customers.sensitive",
            "customers.merge",
            "exports.run",
            "rewards.manage",
            "audit.view",
            "health.view",
        ),
    ),
    BuiltInRole(
        "team_lead",
        Text("Team lead", "团队主管"),
        "team",
        (*_STAFF, "customers.merge", "exports.run", "rewards.manage"),
    ),
    BuiltInRole("staff", Text("Staff", "员工"), "own", _STAFF),
    BuiltInRole(
        "integration",
        Text("Integration", "系统对接"),
        "all",
        (
            "customers.view",
            "customers.edit",
            "touchpoints.view",
            "touchpoints.edit",
            "rewards.view",
            "rewards.request",
            "imports.run",
            "exports.run",
            "events.read",
        ),
    ),
    BuiltInRole(
        "viewer",
        Text("Read only", "只读"),
        "all",
        ("home.view", "customers.view", "touchpoints.view", "rewards.view"),
    ),
)
