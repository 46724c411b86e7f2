"""Insurance (保险): policies, renewals, claims."""

from guanxi.i18n import Text
from guanxi.presets.contents import Field, Preset, SampleCustomer, SampleTouchpoint
from guanxi.touchpoints.domain.vocabulary import Word

FIELDS = (
    Field(
        "insurance_stage",
        "choice",
        Text("Stage", "客户阶段"),
        (
            Text("Quoted", "已报价"),
            Text("Insured", "在保"),
            Text("Renewal due", "待续保"),
            Text("Lapsed", "已失效"),
        ),
    ),
    Field(
        "policies",
        "choices",
        Text("Policies", "险种"),
        (
            Text("Life", "寿险"),
            Text("Health", "健康险"),
            Text("Motor", "车险"),
            Text("Property", "财产险"),
        ),
    ),
    Field("policy_number", "text", Text("Policy number", "保单号")),
    Field("renewal_date", "date", Text("Renewal date", "续保日")),
    Field("sum_insured", "money", Text("Sum insured", "保额")),
    Field(
        "health_notes",
        "text",
        Text("Health declaration", "健康告知"),
        applies_to="person",
        sensitive=True,
    ),
    Field("insured_by_us_since", "date", Text("Insured by us since", "首次投保日")),
)
TAGS = (
    Text("Private", "个人客户"),
    Text("Business", "企业客户"),
    Text("Family policy", "家庭保单"),
    Text("Claim open", "理赔中"),
)
KINDS = (
    Word("quote", Text("Quote", "报价")),
    Word("policy_issued", Text("Policy issued", "出单")),
    Word("claim", Text("Claim", "理赔")),
    Word("renewal", Text("Renewal", "续保")),
)
CHANNELS = (
    Word("agent", Text("Agent", "代理人")),
    Word("broker", Text("Broker", "经纪人")),
)
OUTCOMES = (
    Word("claim_paid", Text("Claim paid", "已赔付"), success=True),
    Word("claim_refused", Text("Claim refused", "拒赔"), success=False),
    Word("renewed", Text("Renewed", "已续保"), success=True),
    Word("not_renewed", Text("Not renewed", "未续保"), success=False),
)
CUSTOMERS = (
    SampleCustomer(
        "1",
        family_name="李",
        given_name="建国",
        city="北京",
        country="CN",
        language="zh",
        tags=(0, 2),
        custom={"insurance_stage": 1, "policies": [0, 1], "sum_insured": "1000000"},
    ),
    SampleCustomer(
        "2",
        family_name="赵",
        given_name="敏",
        city="成都",
        country="CN",
        language="zh",
        tags=(0, 3),
        custom={"insurance_stage": 1, "policies": [2], "policy_number": "CAR-20871"},
    ),
    SampleCustomer(
        "3",
        family_name="Novak",
        given_name="Petra",
        city="Praha",
        country="CZ",
        language="cs",
        tags=(0,),
        custom={"insurance_stage": 2, "policies": [3]},
    ),
    SampleCustomer(
        "4",
        family_name="Brown",
        given_name="Oliver",
        city="Leeds",
        country="GB",
        language="en",
        tags=(0,),
        custom={"insurance_stage": 0},
    ),
    SampleCustomer(
        "5",
        organisation="顺达物流有限公司",
        city="广州",
        country="CN",
        language="zh",
        tags=(1,),
        custom={"insurance_stage": 1, "policies": [2, 3], "sum_insured": "8000000"},
    ),
    SampleCustomer(
        "6",
        organisation="Northern Bakery Ltd",
        city="York",
        country="GB",
        language="en",
        tags=(1,),
        custom={"insurance_stage": 3},
    ),
)
TOUCHPOINTS = (
    SampleTouchpoint(
        "1",
        200,
        "agent",
        "purchase",
        Text("Life and health", "寿险与健康险出单"),
        outcome="agreed",
        amount="12800",
    ),
    SampleTouchpoint(
        "1", 20, "phone", "care", Text("Yearly check", "年度保单检视"), outcome="reached"
    ),
    SampleTouchpoint(
        "2", 40, "phone", "claim", Text("Rear-end collision", "追尾事故报案"), outcome="follow_up"
    ),
    SampleTouchpoint(
        "2", 12, "agent", "claim", Text("Repair invoice", "维修发票"), outcome="claim_paid"
    ),
    SampleTouchpoint(
        "3",
        8,
        "email",
        "renewal",
        Text("Household policy", "家财险续保提醒"),
        outcome="left_message",
    ),
    SampleTouchpoint("4", 3, "website", "quote", Text("Motor insurance", "车险报价")),
    SampleTouchpoint(
        "5",
        150,
        "broker",
        "purchase",
        Text("Fleet", "车队保险出单"),
        outcome="agreed",
        amount="96000",
    ),
    SampleTouchpoint(
        "5",
        9,
        "meeting",
        "purchase",
        Text("Fleet", "车队保险续保"),
        outcome="renewed",
        amount="99000",
    ),
    SampleTouchpoint(
        "6", 70, "email", "renewal", Text("Business contents", "企财险续保"), outcome="not_renewed"
    ),
)
INSURANCE = Preset(
    key="insurance",
    title=Text("Insurance", "保险"),
    about=Text(
        "Policies, renewal dates and sums insured; quotes, claims and renewals",
        "险种、续保日与保额；报价、理赔与续保",
    ),
    fields=FIELDS,
    tags=TAGS,
    kinds=KINDS,
    channels=CHANNELS,
    outcomes=OUTCOMES,
    customers=CUSTOMERS,
    touchpoints=TOUCHPOINTS,
)
