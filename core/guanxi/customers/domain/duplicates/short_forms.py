"""Short forms of English given names: Bob for Robert, Liz for Elizabeth.

Plain data, collected by hand: each line is one name with the forms in use for it. Forms that
merely begin the name (Rob) are found without a list and only stand here to join lines.
"""

_FORMS = """
abigail abby gail
albert al bert bertie
alexander alex alec sandy sasha xander
alexandra alex sandra sasha lexi
alfred alf alfie fred freddie
amelia amy millie
andrew andy drew
anthony tony ant
antonia toni
arthur art artie
barbara barb babs
benjamin ben benny
beverley bev
bradley brad
catherine katherine kathryn cathy kathy kate katie kitty kay
charles charlie chuck chas
charlotte lottie charlie
christina christine chris chrissie tina
christopher chris kit topher
daniel dan danny
david dave davy
deborah debra deb debbie
dominic dom nick
donald don donnie
dorothy dot dottie dolly
edmund ed eddie ned
edward ed eddie ned ted teddy
eleanor ellie nell nora
elizabeth liz lizzie beth betty bess eliza elsie libby lisa
emily em emmie millie
emma em emmie
eugene gene
evelyn evie eve
florence flo florrie
frances fran frankie fanny
francis frank frankie
franklin frank
frederick fred freddie freddy
gabriel gabe
gabriella gabby ella
geoffrey jeffrey geoff jeff
george georgie
gerald gerry jerry
gillian jill gill
gregory greg
harold harry hal
harriet hattie
henry harry hank hal
isabella isabel bella izzy belle
isaac ike zac
jacob jake jack
jacqueline jackie
james jim jimmy jamie
janet jan
jennifer jen jenny
jessica jess jessie
joan joanie
john jack johnny jon
jonathan jon johnny nathan
joseph joe joey
joshua josh
judith judy jude
kenneth ken kenny
laurence lawrence larry laurie
leonard len lenny leo
lewis louis lou louie
lillian lily lil
louisa louise lou
madeleine maddie
margaret maggie meg peggy greta rita marge daisy
martha patty
martin marty
mary molly polly mae
matthew matt matty
maxwell maximilian max
megan meg
melissa mel missy
michael mike mick mickey micky
mildred millie
nancy ann
natalie nat
nathaniel nathan nate nat
nicholas nick nicky
nicola nicky
olivia liv livvy
oliver ollie noll
pamela pam
patricia pat patty trish tricia
patrick pat paddy rick
peter pete
philip phillip phil pip
phillippa philippa pippa
rachel rach
raymond ray
rebecca becky becca
richard rich rick ricky dick dickie
robert rob robbie bob bobby bert
ronald ron ronnie
rosemary rose rosie
rupert bert
samantha sam sammy
samuel sam sammy
sarah sally sadie
sebastian seb bas
sophia sofia sophie
stanley stan
stephanie steph
stephen steven steve
susan susanna susannah sue susie suzie
terence terry
teresa theresa terry tess tessa
theodore theo ted teddy
thomas tom tommy
timothy tim timmy
tobias toby
valerie val
victoria vicky vicki tori
vincent vince vinny
virginia ginny
walter walt wally
wilfred wilf
william will bill billy willie liam
winifred winnie
zachary zach zac zak
"""


def _groups(lines: str) -> dict[str, frozenset[str]]:
    names: dict[str, set[str]] = {}
    for line in lines.split("\n"):
        forms = line.split()
        for form in forms:
            names.setdefault(form, set()).add(forms[0])
    return {form: frozenset(of) for form, of in names.items()}


SHORT_FORMS = _groups(_FORMS)
"""For each form the names that it may stand for."""
