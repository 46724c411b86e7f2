"""Family names that the first character alone does not tell: compound, Japanese, Korean ones.

Plain data for ``names.py``, collected by hand. Traditional and simplified forms both stand here.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COMPOUND_SURNAMES = _words(
    """
    欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 司徒 司空 司寇 夏侯 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐
    长孙 長孫 宇文 轩辕 軒轅 东方 東方 南宫 南宮 西门 西門 独孤 獨孤 端木 公冶 公羊 公西 公良
    鲜于 鮮于 闻人 聞人 闾丘 閭丘 澹台 澹臺 濮阳 濮陽 淳于 单于 單于 太叔 太史 申屠 仲孙 仲孫
    钟离 鍾離 宗政 赫连 赫連 呼延 万俟 百里 东郭 東郭 南门 南門 羊舌 微生 梁丘 左丘 谷梁 榖梁
    拓跋 完颜 完顏 纳兰 納蘭 乐正 樂正 亓官 巫马 巫馬 颛孙 顓孫 段干 子车 子車 漆雕 壤驷 壤駟
    第五 宰父 夹谷 夾谷 贺兰 賀蘭 耶律 叱干 贺若 賀若 斛律 尔朱 爾朱 达奚 達奚 屈突 豆卢 豆盧
    哥舒 仆固 僕固 侯莫 纥石 紇石 那拉 富察 钮祜 鈕祜 瓜尔 瓜爾 范姜 張簡 张简 欧陽 相里 第二
    乞伏 沮渠 秃发 禿髮 宿勤 阿史 高堂 鲁步 万楼 即墨 綦毋 毌丘 母丘 蒲察 裴满 裴滿 徒单 徒單
    爱新觉罗 愛新覺羅 叶赫那拉 葉赫那拉 钮祜禄 鈕祜祿 瓜尔佳 瓜爾佳 赫舍里 阿史那 侯莫陈 侯莫陳
    纥石烈 紇石烈 博尔济吉特 博爾濟吉特
    """
)
"""Chinese family names of two and more characters (复姓)."""

LONGEST_COMPOUND = max(map(len, COMPOUND_SURNAMES))

JAPANESE_SURNAMES = _words(
    """
    佐藤 鈴木 高橋 田中 伊藤 渡辺 渡邊 渡邉 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上
    木村 斎藤 斉藤 齋藤 齊藤 清水 山崎 池田 橋本 阿部 石川 山下 中島 中嶋 石井 小川 前田 岡田
    長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本 藤井 西村 福田 太田 三浦 藤原 岡本 松田 中川 中野
    原田 小野 田村 竹内 金子 和田 中山 石田 上田 森田 柴田 酒井 工藤 横山 宮崎 宮本 内田 高木 安藤
    谷口 大野 丸山 今井 高田 藤本 武田 村田 上野 杉山 増田 平野 大塚 千葉 久保 松井 小島 岩崎 桜井
    櫻井 野口 松尾 野村 木下 菊地 菊池 佐野 大西 杉本 新井 浜田 濱田 古川 市川 水野 小松 島田 小山
    山内 西田 菅原 久保田 川口 北村 川崎 五十嵐 安田 中田 川上 本田 樋口 東 吉川 飯田 沢田 澤田 辻
    関 吉村 渡部 岩田 中西 服部 福島 川村 土屋 平田 広瀬 廣瀬 堀 大島 松下 荒木 本間 大久保 松岡
    樋田 小沢 小澤 黒田 吉岡 松村 石原 永井 熊谷 秋山 桑原 須藤 田口 望月 大谷 矢野 西川 荒井 松浦
    富田 児玉 小池 川島 早川 吉原 岩本 内藤 星野 片山 成田 榎本 小泉 広田 宮田 高野 内山 吉野 大川
    西山 藤川 三宅 岡崎 村松 大石 福井 小西 関口 上原 島崎 森本 河野 川田 尾崎 大橋 永田 河合 宇野
    川端 三島 芥川 夏目 宮沢 宮澤 黒沢 黒澤 北野 村山 羽生 大江 谷崎 手塚 鳥山 宮部 東野 坂口 井伏
    志賀 有島 国木田 石橋 福沢 福澤 板垣 大隈 伊達 織田 豊臣 徳川 足利 北条 武者小路 長宗我部 久米
    三木 鳩山 細川 安倍 岸田 菅野 奥田 奥村 三上 相沢 相澤 浅野 浅田 浅井 入江 岩井 植田 植村 遠山
    大森 大山 岡部 岡村 荻野 奥山 小田 小倉 落合 片岡 勝又 神田 神谷 川本 木内 北川 北原 栗原 黒木
    桜田 佐久間 篠原 柴崎 白石 白川 菅 杉浦 関根 高山 滝沢 瀧澤 武藤 田辺 田島 田代 谷川 千田 土井
    徳永 富永 豊田 長尾 中尾 中沢 中澤 永野 長野 西尾 西野 野田 野崎 橋口 畑中 馬場 原口 平井 平山
    深沢 藤岡 藤沢 藤野 古田 堀内 堀江 本多 牧野 町田 松原 松永 三好 水谷 宮下 宮川 向井 村井 森下
    森山 八木 安井 柳田 山岸 山中 山根 横田 吉井 米田 若林 松平 毛利 青山 島津 小笠原 伊東 戸田
    上杉 津田 天野 佐伯 大沢 渡边 新田 铃木 佐竹 畠山 立花 稲葉 結城 有馬 南部 白井 多田 今村 真田
    上村 坂井 萩原 古賀 丹羽 寺田 大村 松山 稲垣 柳沢 中井 朝倉 鍋島 堀田 小原 春日 荒川 赤松 大田
    日野 中原 鳥居 大友 森川 金井 鎌田 山名 椎名 河村 甲斐 渋谷 塚本 福原 諏訪 相馬 安達 宇都宮
    板倉 角田 狩野 伊勢 竹田 安部 大原 金田 瀬戸 三田 榊原 一色 亀井 加賀 江口 立川 奈良 秋元 岸本
    坂田 高桥 金沢 山川 土岐 大内 麻生 大井 飯島 根本 平岡 黒川 三井 笠原 小谷 益田 宇佐美 秋田
    山岡 相良 香川 筒井 竹中 足立 稲田 日高 宮城 片桐 前川 石黒 湯浅 中谷 波多野 齐藤 藤村 尾上
    高島 高松 三輪 生田 滝川 長崎 高井 加納 杉原 那須 山村 緒方 庄司 長田 吉沢 松崎 須田 岡野 高瀬
    藤堂 飯塚 溝口 杉田 小坂 成瀬 川原 河内 河原 井口 吉良 坂上 志村 本庄 池上 今川 石塚 倉田 吉本
    青柳 下村 坂東 福岡 宮原 堀川 平松 梶原 柏木 大木 大崎 大竹 難波 清原 西沢 長島 金森 柳生 三村
    松野 沼田 風間 松元 西岡 西郷 相川 篠田 樱井 沢村 長岡 国分 今野 栗田 小宮 野中 北山 曽根 久野
    日向 田原 塩谷 羽田 神崎 生駒 土田 相原 岩城 阪本 大場 大岡 高見 和泉 鶴田 梅田 藤森 竹下 浜口
    二宮 高岡 古谷 木原 園田 竹村 島村 嶋田 東郷 横井 皆川 今泉 明石 土方 一条 越智 安西 高柳 宮島
    戸川 若松 矢部 矢島 小森 大津 根岸 宮内 吉永 瀬川 坪井 三谷 森岡 神戸 藤崎 小嶋 長井 河田 江藤
    進藤 茂木 西原 竹本 最上 大槻 塚田 奥野 大伴 宍戸 林田 平川 寺島 下田 正木 中里 村瀬 伏見 高梨
    窪田 小早川 二階堂 朝比奈 蜂須賀 長谷部 伊集院 日下部 阿久津 长谷川 日比野 宇田川 西園寺 大和田
    五十岚 小宮山 佐久间 曽我部 海老原 瀬戸口 金田一
    """
)
"""Frequent Japanese family names (名字)."""

COMMON_CHINESE_SURNAMES = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙周吴吳徐孙孫马馬胡朱郭何罗羅高林郑鄭梁谢謝唐许許冯馮宋韩韓"
    "邓鄧彭曹曾田萧蕭肖潘袁蔡蒋蔣余于杜叶葉程魏苏蘇吕呂丁沈任姚卢盧傅钟鍾姜崔谭譚廖范汪陆陸金石"
    "戴贾賈韦韋夏邱方侯邹鄒熊孟秦白江阎閻薛尹段雷黎史龙龍陶贺賀顾顧毛郝龚龔邵万萬钱錢严嚴覃武戴莫孔"
    "向汤湯安常乔喬文施洪温溫池成关關千和阿东東"
)
"""Family names of one character so frequent that three characters beginning so are Chinese."""

KOREAN_COMPOUND_SURNAMES = _words("남궁 황보 제갈 사공 선우 서문 독고 동방")
"""Korean family names of two syllables (복성)."""

PARTICLES = _words(
    """
    af al ap ben bin bint da dal dalla de degli dei del della den der des di do dos du el ibn la
    las le los mac of op ten ter the to van vom von y zu zum zur
    Da De Del Della Den Der Di Dos Du El La Le Van Von
    """
)
"""Small words that begin a Western family name of several words: *van* Beethoven.

In capitals only those that are no given name themselves.
"""

SUFFIXES = _words("jr sr ii iii iv md phd esq")
"""What follows a Western family name without being one; written with or without a dot."""
