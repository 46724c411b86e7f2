"""Finance (金融): banks, lenders, wealth management."""

from guanxi.i18n import Text
from guanxi.presets.contents import Field, Preset, SampleCustomer, SampleTouchpoint
from guanxi.touchpoints.domain.vocabulary import Word

FIELDS = (
    Field(
        "finance_stage",
        "choice",
        Text("Stage", "客户阶段"),
        (
            Text("Prospect", "潜在客户"),
            Text("Applicant", "申请中"),
            Text("Client", "存量客户"),
            Text("Lapsed", "流失客户"),
        ),
    ),
    Field(
        "risk_appetite",
        "choice",
        Text("Risk appetite", "风险偏好"),
        (
            Text("Cautious", "保守型"),
            Text("Balanced", "稳健型"),
            Text("Bold", "进取型"),
        ),
    ),
    Field(
        "credit_rating",
        "choice",
        Text("Credit rating", "信用评级"),
        (
            Text("AAA", "AAA"),
            Text("AA", "AA"),
            Text("A", "A"),
            Text("BBB", "BBB"),
            Text("Below BBB", "BBB以下"),
        ),
        sensitive=True,
    ),
    Field(
        "annual_income",
        "money",
        Text("Annual income", "年收入"),
        applies_to="person",
        sensitive=True,
    ),
    Field("credit_limit", "money", Text("Credit limit", "授信额度"), sensitive=True),
    Field(
        "investments",
        "choices",
        Text("Investment preference", "投资偏好"),
        (
            Text("Deposits", "存款"),
            Text("Funds", "基金"),
            Text("Bonds", "债券"),
            Text("Shares", "股票"),
        ),
    ),
    Field("identified_until", "date", Text("Identity checked until", "身份核验有效期")),
)
TAGS = (
    Text("Retail client", "个人客户"),
    Text("Corporate client", "企业客户"),
    Text("High net worth", "高端客户"),
    Text("Borrower", "贷款客户"),
)
KINDS = (
    Word("loan_application", Text("Loan application", "贷款申请")),
    Word("advice", Text("Advice", "理财咨询")),
    Word("risk_assessment", Text("Risk assessment", "风险测评")),
    Word("account_review", Text("Account review", "账户回访")),
)
CHANNELS = (
    Word("branch", Text("Branch", "网点")),
    Word("mobile_bank", Text("Mobile banking", "手机银行")),
)
OUTCOMES = (
    Word("approved", Text("Approved", "已批准"), success=True),
    Word("declined", Text("Declined", "已拒绝"), success=False),
    Word("documents_missing", Text("Documents missing", "待补资料")),
)
CUSTOMERS = (
    SampleCustomer(
        "1",
        family_name="王",
        given_name="秀英",
        city="上海",
        country="CN",
        language="zh",
        tags=(0, 2),
        custom={
            "finance_stage": 2,
            "risk_appetite": 1,
            "annual_income": "680000",
            "investments": [1, 2],
        },
    ),
    SampleCustomer(
        "2",
        family_name="陈",
        given_name="志强",
        city="深圳",
        country="CN",
        language="zh",
        tags=(0, 3),
        custom={
            "finance_stage": 1,
            "risk_appetite": 0,
            "annual_income": "240000",
            "credit_rating": 2,
        },
    ),
    SampleCustomer(
        "3",
        family_name="Schmidt",
        given_name="Anna",
        city="Berlin",
        country="DE",
        language="de",
        tags=(0,),
        custom={"finance_stage": 2, "risk_appetite": 2, "investments": [3]},
    ),
    SampleCustomer(
        "4",
        family_name="Okafor",
        given_name="Chidi",
        city="London",
        country="GB",
        language="en",
        tags=(0,),
        custom={"finance_stage": 0},
    ),
    SampleCustomer(
        "5",
        organisation="华东精密制造有限公司",
        city="苏州",
        country="CN",
        language="zh",
        tags=(1, 3),
        custom={"finance_stage": 2, "credit_rating": 1, "credit_limit": "5000000"},
    ),
    SampleCustomer(
        "6",
        organisation="Harbour Foods Ltd",
        city="Bristol",
        country="GB",
        language="en",
        tags=(1,),
        custom={"finance_stage": 1, "credit_rating": 3},
    ),
)
TOUCHPOINTS = (
    SampleTouchpoint(
        "1",
        120,
        "branch",
        "risk_assessment",
        Text("Risk profile renewed", "风险测评更新"),
        outcome="resolved",
    ),
    SampleTouchpoint(
        "1", 30, "mobile_bank", "purchase", Text("Bond fund", "债券基金申购"), amount="50000"
    ),
    SampleTouchpoint(
        "2",
        45,
        "branch",
        "loan_application",
        Text("Home loan", "住房贷款申请"),
        outcome="documents_missing",
    ),
    SampleTouchpoint(
        "2", 20, "phone", "call", Text("Missing documents", "补充资料提醒"), outcome="reached"
    ),
    SampleTouchpoint(
        "3", 60, "phone", "advice", Text("Pension plan", "养老规划咨询"), outcome="interested"
    ),
    SampleTouchpoint("4", 5, "website", "inquiry", Text("Asks about an account", "开户咨询")),
    SampleTouchpoint(
        "5",
        90,
        "meeting",
        "loan_application",
        Text("Working capital", "流动资金贷款申请"),
        outcome="approved",
    ),
    SampleTouchpoint(
        "5", 10, "meeting", "account_review", Text("Yearly review", "年度回访"), outcome="agreed"
    ),
    SampleTouchpoint(
        "6",
        15,
        "email",
        "loan_application",
        Text("Cold store", "冷库项目贷款申请"),
        outcome="declined",
    ),
)
FINANCE = Preset(
    key="finance",
    title=Text("Finance", "金融"),
    about=Text(
        "Risk appetite, rating, income and investments; applications, advice and reviews",
        "风险偏好、信用评级、收入与投资；贷款申请、理财咨询与回访",
    ),
    fields=FIELDS,
    tags=TAGS,
    kinds=KINDS,
    channels=CHANNELS,
    outcomes=OUTCOMES,
    customers=CUSTOMERS,
    touchpoints=TOUCHPOINTS,
)
