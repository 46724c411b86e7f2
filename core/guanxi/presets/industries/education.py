"""Education (教育): schools, language centres, training."""

from guanxi.i18n import Text
from guanxi.presets.contents import Field, Preset, SampleCustomer, SampleTouchpoint
from guanxi.touchpoints.domain.vocabulary import Word

FIELDS = (
    Field(
        "education_stage",
        "choice",
        Text("Stage", "客户阶段"),
        (
            Text("Interested", "意向"),
            Text("Trial", "试听"),
            Text("Enrolled", "在读"),
            Text("Graduated", "结业"),
        ),
    ),
    Field(
        "course",
        "choice",
        Text("Course", "课程"),
        (
            Text("Languages", "语言"),
            Text("Mathematics", "数学"),
            Text("Music", "音乐"),
            Text("Vocational", "职业技能"),
        ),
    ),
    Field("grade", "text", Text("Grade or level", "年级/级别"), applies_to="person"),
    Field("guardian", "text", Text("Guardian", "监护人"), applies_to="person", sensitive=True),
    Field("enrolled_on", "date", Text("Enrolled on", "入学日期")),
    Field("ends_on", "date", Text("Course ends on", "课程结束日")),
    Field("lessons_left", "number", Text("Lessons left", "剩余课时")),
    Field("fees_paid", "boolean", Text("Fees paid", "学费已缴")),
)
TAGS = (
    Text("Student", "学员"),
    Text("Parent", "家长"),
    Text("Company course", "企业培训"),
    Text("Alumni", "校友"),
)
KINDS = (
    Word("trial_lesson", Text("Trial lesson", "试听")),
    Word("enrolment", Text("Enrolment", "报名")),
    Word("parent_meeting", Text("Parents' meeting", "家长会")),
    Word("assessment", Text("Assessment", "测评")),
)
CHANNELS = (
    Word("campus", Text("Campus", "校区")),
    Word("online_class", Text("Online class", "在线课堂")),
)
OUTCOMES = (
    Word("enrolled", Text("Enrolled", "已报名"), success=True),
    Word("not_enrolled", Text("Not enrolled", "未报名"), success=False),
    Word("course_ended", Text("Dropped out", "退课"), success=False),
)
CUSTOMERS = (
    SampleCustomer(
        "1",
        family_name="孙",
        given_name="悦",
        city="武汉",
        country="CN",
        language="zh",
        tags=(0,),
        custom={
            "education_stage": 2,
            "course": 0,
            "grade": "HSK 4",
            "lessons_left": "24",
            "fees_paid": True,
        },
    ),
    SampleCustomer(
        "2",
        family_name="孙",
        given_name="丽华",
        city="武汉",
        country="CN",
        language="zh",
        tags=(1,),
        custom={"education_stage": 2},
    ),
    SampleCustomer(
        "3",
        family_name="Rossi",
        given_name="Luca",
        city="Torino",
        country="IT",
        language="it",
        tags=(0,),
        custom={"education_stage": 1, "course": 0},
    ),
    SampleCustomer(
        "4",
        family_name="Patel",
        given_name="Maya",
        city="Leicester",
        country="GB",
        language="en",
        tags=(0, 3),
        custom={"education_stage": 3, "course": 1},
    ),
    SampleCustomer(
        "5",
        organisation="光谷软件园有限公司",
        city="武汉",
        country="CN",
        language="zh",
        tags=(2,),
        custom={"education_stage": 2, "course": 3, "lessons_left": "60"},
    ),
    SampleCustomer(
        "6",
        family_name="黄",
        given_name="子轩",
        city="长沙",
        country="CN",
        language="zh",
        tags=(0,),
        custom={"education_stage": 0, "course": 2},
    ),
)
TOUCHPOINTS = (
    SampleTouchpoint(
        "1",
        90,
        "campus",
        "trial_lesson",
        Text("Chinese, level 4", "中文四级试听"),
        outcome="interested",
    ),
    SampleTouchpoint(
        "1",
        85,
        "campus",
        "purchase",
        Text("48 lessons", "报名48课时"),
        outcome="enrolled",
        amount="9600",
    ),
    SampleTouchpoint(
        "2", 30, "campus", "parent_meeting", Text("Progress", "学习进展沟通"), outcome="agreed"
    ),
    SampleTouchpoint(
        "3",
        6,
        "online_class",
        "trial_lesson",
        Text("First lesson", "首次试听"),
        outcome="follow_up",
    ),
    SampleTouchpoint(
        "4", 300, "online_class", "purchase", Text("Mathematics course", "数学课程"), amount="480"
    ),
    SampleTouchpoint("4", 20, "email", "care", Text("Alumni letter", "校友问候")),
    SampleTouchpoint(
        "5",
        60,
        "meeting",
        "purchase",
        Text("Company course", "企业培训报名"),
        outcome="enrolled",
        amount="58000",
    ),
    SampleTouchpoint(
        "5", 10, "online_class", "assessment", Text("Half-way test", "中期测评"), outcome="resolved"
    ),
    SampleTouchpoint(
        "6", 2, "wechat", "inquiry", Text("Piano lessons", "钢琴课咨询"), outcome="follow_up"
    ),
)
EDUCATION = Preset(
    key="education",
    title=Text("Education", "教育"),
    about=Text(
        "Courses, terms and guardians; trial lessons, enrolments and meetings",
        "课程、学期与监护人；试听、报名与家长沟通",
    ),
    fields=FIELDS,
    tags=TAGS,
    kinds=KINDS,
    channels=CHANNELS,
    outcomes=OUTCOMES,
    customers=CUSTOMERS,
    touchpoints=TOUCHPOINTS,
)
