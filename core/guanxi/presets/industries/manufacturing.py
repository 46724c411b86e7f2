"""Manufacturing (制造): machines, parts, projects with business customers."""

from guanxi.i18n import Text
from guanxi.presets.contents import Field, Preset, SampleCustomer, SampleTouchpoint
from guanxi.touchpoints.domain.vocabulary import Word

FIELDS = (
    Field(
        "manufacturing_stage",
        "choice",
        Text("Stage", "客户阶段"),
        (
            Text("Inquiry", "询价"),
            Text("Sampling", "打样"),
            Text("Supplied", "供货中"),
            Text("Paused", "暂停"),
        ),
    ),
    Field("sector", "text", Text("Sector", "所属行业")),
    Field("yearly_demand", "number", Text("Yearly demand (pieces)", "年需求量（件）")),
    Field("machines", "text", Text("Machines in use", "在用设备")),
    Field("contract_until", "date", Text("Contract until", "合同到期日")),
    Field(
        "certificates",
        "choices",
        Text("Certificates required", "资质要求"),
        (
            Text("ISO 9001", "ISO 9001"),
            Text("ISO 14001", "ISO 14001"),
            Text("IATF 16949", "IATF 16949"),
        ),
    ),
    Field(
        "payment_terms",
        "choice",
        Text("Payment terms", "付款条件"),
        (
            Text("In advance", "预付"),
            Text("30 days", "月结30天"),
            Text("60 days", "月结60天"),
        ),
    ),
    Field(
        "decides",
        "choice",
        Text("Role in buying", "采购角色"),
        (
            Text("Decides", "决策者"),
            Text("Uses", "使用者"),
            Text("Advises", "建议者"),
        ),
        applies_to="person",
    ),
)
TAGS = (
    Text("Key account", "重点客户"),
    Text("Distributor", "经销商"),
    Text("Buyer", "采购"),
    Text("Engineer", "工程师"),
)
KINDS = (
    Word("quotation", Text("Quotation", "报价")),
    Word("sample_sent", Text("Sample sent", "寄样")),
    Word("site_visit", Text("Site visit", "工厂拜访")),
    Word("technical_support", Text("Technical support", "技术支持")),
    Word("delivery", Text("Delivery", "交货")),
)
CHANNELS = (
    Word("trade_fair", Text("Trade fair", "展会")),
    Word("distributor", Text("Distributor", "经销商")),
)
OUTCOMES = (
    Word("order_won", Text("Order won", "已成单"), success=True),
    Word("order_lost", Text("Order lost", "丢单"), success=False),
    Word("sample_accepted", Text("Sample accepted", "样品合格"), success=True),
    Word("sample_rejected", Text("Sample rejected", "样品不合格"), success=False),
)
CUSTOMERS = (
    SampleCustomer(
        "1",
        organisation="恒远汽车零部件有限公司",
        city="重庆",
        country="CN",
        language="zh",
        tags=(0,),
        custom={
            "manufacturing_stage": 2,
            "yearly_demand": "240000",
            "certificates": [0, 2],
            "payment_terms": 2,
        },
    ),
    SampleCustomer(
        "2",
        organisation="Baltic Pumps OÜ",
        city="Tallinn",
        country="EE",
        language="et",
        tags=(0,),
        custom={"manufacturing_stage": 1, "yearly_demand": "12000", "certificates": [0]},
    ),
    SampleCustomer(
        "3",
        organisation="南方机电经销部",
        city="佛山",
        country="CN",
        language="zh",
        tags=(1,),
        custom={"manufacturing_stage": 2, "payment_terms": 1},
    ),
    SampleCustomer(
        "4",
        family_name="何",
        given_name="伟",
        city="重庆",
        country="CN",
        language="zh",
        tags=(2,),
        custom={"decides": 0},
    ),
    SampleCustomer(
        "5",
        family_name="Tamm",
        given_name="Liis",
        city="Tallinn",
        country="EE",
        language="et",
        tags=(3,),
        custom={"decides": 2},
    ),
    SampleCustomer(
        "6",
        organisation="Pennine Tools Ltd",
        city="Leeds",
        country="GB",
        language="en",
        tags=(),
        custom={"manufacturing_stage": 0},
    ),
)
TOUCHPOINTS = (
    SampleTouchpoint(
        "1",
        180,
        "trade_fair",
        "inquiry",
        Text("Met at the fair", "展会初次接触"),
        outcome="interested",
    ),
    SampleTouchpoint(
        "1", 120, "meeting", "site_visit", Text("Audit of our works", "验厂"), outcome="agreed"
    ),
    SampleTouchpoint(
        "1",
        40,
        "email",
        "purchase",
        Text("Frame order", "年度框架订单"),
        outcome="order_won",
        amount="480000",
    ),
    SampleTouchpoint(
        "1",
        6,
        "phone",
        "technical_support",
        Text("Tolerance question", "公差问题"),
        outcome="resolved",
    ),
    SampleTouchpoint(
        "2", 60, "email", "quotation", Text("Impellers", "叶轮报价"), outcome="follow_up"
    ),
    SampleTouchpoint(
        "2",
        30,
        "other",
        "sample_sent",
        Text("Three impellers", "叶轮样品三件"),
        outcome="sample_accepted",
    ),
    SampleTouchpoint(
        "3",
        20,
        "distributor",
        "purchase",
        Text("Spare parts", "备件订单"),
        outcome="order_won",
        amount="36500",
    ),
    SampleTouchpoint("3", 18, "other", "delivery", Text("Spare parts", "备件交货")),
    SampleTouchpoint("6", 3, "website", "inquiry", Text("Drill bits", "钻头询价")),
)
MANUFACTURING = Preset(
    key="manufacturing",
    title=Text("Manufacturing", "制造"),
    about=Text(
        "Demand, equipment, contracts and certificates; samples, quotations, visits and deliveries",
        "需求、设备、合同与资质；寄样、报价、拜访与交货",
    ),
    fields=FIELDS,
    tags=TAGS,
    kinds=KINDS,
    channels=CHANNELS,
    outcomes=OUTCOMES,
    customers=CUSTOMERS,
    touchpoints=TOUCHPOINTS,
)
