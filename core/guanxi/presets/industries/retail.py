"""Retail (零售): shops, online shops, mini-programs."""

from guanxi.i18n import Text
from guanxi.presets.contents import Field, Preset, SampleCustomer, SampleTouchpoint
from guanxi.touchpoints.domain.vocabulary import Word

FIELDS = (
    Field(
        "retail_stage",
        "choice",
        Text("Stage", "客户阶段"),
        (
            Text("Visitor", "访客"),
            Text("First purchase", "首购"),
            Text("Regular", "常客"),
            Text("Sleeping", "沉睡"),
        ),
    ),
    Field(
        "member_level",
        "choice",
        Text("Member level", "会员等级"),
        (
            Text("Basic", "普通"),
            Text("Silver", "银卡"),
            Text("Gold", "金卡"),
        ),
    ),
    Field("member_number", "text", Text("Member number", "会员号")),
    Field(
        "favourites",
        "choices",
        Text("Favourite categories", "偏好品类"),
        (
            Text("Food", "食品"),
            Text("Household", "家居"),
            Text("Fashion", "服饰"),
            Text("Electronics", "数码"),
            Text("Tea", "茶叶"),
        ),
    ),
    Field(
        "shopping_habit",
        "choice",
        Text("Shopping habit", "购物习惯"),
        (
            Text("Household shopping", "家庭采购"),
            Text("Trends", "潮流尝鲜"),
            Text("Business", "商务采购"),
        ),
    ),
    Field("home_store", "text", Text("Home store", "常去门店")),
    Field("wants_receipt_by_mail", "boolean", Text("Wants receipts by e-mail", "电子小票")),
)
TAGS = (
    Text("Household shopper", "家庭采购"),
    Text("Young", "年轻人"),
    Text("Business shopper", "商务人士"),
    Text("Member", "会员"),
)
KINDS = (
    Word("store_visit", Text("Store visit", "到店")),
    Word("coupon", Text("Coupon", "领券")),
    Word("review", Text("Review", "评价")),
    Word("delivery", Text("Delivery", "配送")),
)
CHANNELS = (
    Word("mini_program", Text("Mini-program", "小程序")),
    Word("marketplace", Text("Marketplace", "电商平台")),
)
OUTCOMES = (
    Word("bought", Text("Bought", "已购买"), success=True),
    Word("left_without", Text("Left without buying", "未购买"), success=False),
    Word("coupon_used", Text("Coupon used", "已用券"), success=True),
)
CUSTOMERS = (
    SampleCustomer(
        "1",
        family_name="刘",
        given_name="婷",
        city="杭州",
        country="CN",
        language="zh",
        tags=(0, 3),
        custom={
            "retail_stage": 2,
            "member_level": 2,
            "favourites": [0, 4],
            "shopping_habit": 0,
            "member_number": "M-1001",
        },
    ),
    SampleCustomer(
        "2",
        family_name="周",
        given_name="浩",
        city="南京",
        country="CN",
        language="zh",
        tags=(1,),
        custom={"retail_stage": 1, "favourites": [3], "shopping_habit": 1},
    ),
    SampleCustomer(
        "3",
        family_name="Martin",
        given_name="Chloé",
        city="Lyon",
        country="FR",
        language="fr",
        tags=(1, 3),
        custom={"retail_stage": 2, "member_level": 1, "favourites": [2]},
    ),
    SampleCustomer(
        "4",
        family_name="Jones",
        given_name="Emily",
        city="Cardiff",
        country="GB",
        language="en",
        tags=(0,),
        custom={"retail_stage": 3, "favourites": [1]},
    ),
    SampleCustomer(
        "5",
        organisation="云上茶空间",
        city="厦门",
        country="CN",
        language="zh",
        tags=(2,),
        custom={"retail_stage": 2, "favourites": [4], "shopping_habit": 2},
    ),
    SampleCustomer(
        "6",
        organisation="Corner Café",
        city="Bath",
        country="GB",
        language="en",
        tags=(2,),
        custom={"retail_stage": 0},
    ),
)
TOUCHPOINTS = (
    SampleTouchpoint(
        "1", 60, "store", "purchase", Text("Spring tea", "春茶"), outcome="bought", amount="368"
    ),
    SampleTouchpoint(
        "1",
        14,
        "mini_program",
        "purchase",
        Text("Groceries", "日用食品"),
        outcome="coupon_used",
        amount="126.50",
    ),
    SampleTouchpoint("1", 7, "mini_program", "review", Text("Five stars", "五星好评")),
    SampleTouchpoint(
        "2",
        30,
        "marketplace",
        "purchase",
        Text("Headphones", "耳机"),
        outcome="bought",
        amount="499",
    ),
    SampleTouchpoint("2", 25, "website", "return", Text("Headphones", "耳机退货"), amount="-499"),
    SampleTouchpoint(
        "3", 21, "store", "store_visit", Text("Looked at coats", "看大衣"), outcome="left_without"
    ),
    SampleTouchpoint(
        "3", 2, "store", "purchase", Text("Coat", "大衣"), outcome="bought", amount="189"
    ),
    SampleTouchpoint(
        "4", 200, "website", "purchase", Text("Bedding", "床品"), outcome="bought", amount="75"
    ),
    SampleTouchpoint(
        "5", 10, "wechat", "purchase", Text("Gift boxes", "礼盒"), outcome="bought", amount="2580"
    ),
    SampleTouchpoint("6", 4, "email", "inquiry", Text("Wholesale prices", "批发价咨询")),
)
RETAIL = Preset(
    key="retail",
    title=Text("Retail", "零售"),
    about=Text(
        "Member level, favourites and shopping habits; visits, purchases, coupons and reviews",
        "会员等级、偏好与购物习惯；到店、购买、领券与评价",
    ),
    fields=FIELDS,
    tags=TAGS,
    kinds=KINDS,
    channels=CHANNELS,
    outcomes=OUTCOMES,
    customers=CUSTOMERS,
    touchpoints=TOUCHPOINTS,
)
