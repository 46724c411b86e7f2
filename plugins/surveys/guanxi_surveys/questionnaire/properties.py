"""What is known of SurveyJS's format: the types of questions, and the properties of each thing.

``reading`` reads by these tables, ``importing`` says by them what is not supported, and the
reference page ``docs/reference/questionnaires.md`` is written from them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a property holds."""

    NAME = "name"
    TEXT = "text in several languages"
    HTML = "HTML in several languages"
    EXPRESSION = "expression"
    SWITCH = "true or false"
    WHOLE = "whole number"
    NUMBER = "number"
    WORD = "word"
    VALUE = "value"
    PATTERN = "regular expression"
    CHOICES = "list of choices"
    VALIDATORS = "list of validators"
    CELLS = "list of columns"
    ELEMENTS = "list of elements"
    PAGES = "list of pages"
    TRIGGERS = "list of triggers"
    CALCULATED = "list of calculated values"
    ENDINGS = "list of endings by condition"
    LOOK = "looks only"


@dataclass(frozen=True, slots=True)
class Property:
    """One property: the field of ``model`` that it is read into, and what it may hold."""

    kind: Kind
    field: str = ""
    among: tuple[str, ...] = ()
    """The words that it may be, where only some are."""


type_ = Property(Kind.WORD)
Table = Mapping[str, Property]


def _texts(**fields: str) -> dict[str, Property]:
    return {name: Property(Kind.TEXT, field) for name, field in fields.items()}


def _expressions(**fields: str) -> dict[str, Property]:
    return {name: Property(Kind.EXPRESSION, field) for name, field in fields.items()}


def _switches(**fields: str) -> dict[str, Property]:
    return {name: Property(Kind.SWITCH, field) for name, field in fields.items()}


def _looks(names: str) -> dict[str, Property]:
    return {name: Property(Kind.LOOK) for name in names.split()}


_ELEMENT: Final[Table] = {
    "name": Property(Kind.NAME, "name"),
    **_texts(title="title", description="description", requiredErrorText="required_text"),
    **_expressions(visibleIf="visible_if", enableIf="enable_if", requiredIf="required_if"),
    **_switches(visible="visible", readOnly="read_only", isRequired="required"),
    "randomize": Property(Kind.SWITCH, "randomize"),
    **_looks(
        "state width minWidth maxWidth colSpan effectiveColSpan startWithNewLine indent page"
        " innerIndent showNumber hideNumber gridLayoutColumns allowAdaptiveActions"
    ),
}
_QUESTION: Final[Table] = {
    "type": type_,
    **_ELEMENT,
    "defaultValue": Property(Kind.VALUE, "default"),
    **_expressions(resetValueIf="reset_if", setValueIf="set_if", setValueExpression="set_to"),
    "validators": Property(Kind.VALIDATORS, "validators"),
    "showCommentArea": Property(Kind.SWITCH, "comment"),
    **_texts(commentText="comment_text", commentPlaceholder="comment_placeholder"),
    **_looks(
        "titleLocation showTitle descriptionLocation errorLocation renderAs correctAnswer"
        " defaultDisplayValue useDisplayValuesInDynamicTexts"
    ),
}
_CHOOSING: Final[Table] = {
    **_QUESTION,
    "choices": Property(Kind.CHOICES, "choices"),
    **_expressions(choicesVisibleIf="choices_visible_if", choicesEnableIf="choices_enable_if"),
    "choicesOrder": Property(Kind.WORD, "order", ("none", "random")),
    **_switches(showOtherItem="other", showNoneItem="none", hideIfChoicesEmpty="hide_if_empty"),
    **_texts(
        otherText="other_text",
        otherErrorText="other_error",
        otherPlaceholder="other_placeholder",
        noneText="none_text",
        placeholder="placeholder",
    ),
    **_looks(
        "colCount separateSpecialChoices itemComponent allowClear autocomplete textWrapEnabled"
        " searchEnabled searchMode inputFieldComponent closeOnSelect longTap"
    ),
}
_MULTIPLE: Final[Table] = {
    **_CHOOSING,
    "minSelectedChoices": Property(Kind.WHOLE, "least_chosen"),
    "maxSelectedChoices": Property(Kind.WHOLE, "most_chosen"),
}
_WRITING: Final[Table] = {
    **{
        name: known
        for name, known in _QUESTION.items()
        if name not in {"showCommentArea", "commentText", "commentPlaceholder"}
    },
    "placeholder": Property(Kind.TEXT, "placeholder"),
    "maxLength": Property(Kind.WHOLE, "length"),
    **_looks("inputSize textUpdateMode autocomplete dataList inputTextAlignment"),
}
INPUTS: Final = (
    "text",
    "email",
    "number",
    "range",
    "date",
    "datetime-local",
    "time",
    "month",
    "week",
    "tel",
    "url",
)
"""The kinds of input that a text question may have."""

_MATRIX: Final[Table] = {
    **_QUESTION,
    "rows": Property(Kind.CHOICES, "rows"),
    "rowOrder": Property(Kind.WORD, "order", ("initial", "random")),
    **_looks(
        "columnMinWidth showHeader verticalAlign alternateRows displayMode rowTitleWidth"
        " cellComponent transposeData horizontalScroll columnColCount cellErrorLocation"
    ),
}

QUESTIONS: Final[Mapping[str, Table]] = {
    "text": {
        **_WRITING,
        "inputType": Property(Kind.WORD, "input", INPUTS),
        "min": Property(Kind.VALUE, "least"),
        "max": Property(Kind.VALUE, "most"),
        **_expressions(minValueExpression="least_from", maxValueExpression="most_from"),
        **_texts(minErrorText="least_error", maxErrorText="most_error"),
        "step": Property(Kind.NUMBER, "step"),
    },
    "comment": {**_WRITING, **_looks("rows cols autoGrow allowResize acceptCarriageReturn")},
    "radiogroup": _CHOOSING,
    "dropdown": _CHOOSING,
    "checkbox": _MULTIPLE,
    "tagbox": _MULTIPLE,
    "ranking": {
        name: known
        for name, known in _CHOOSING.items()
        if name not in {"showOtherItem", "showNoneItem", "otherText", "noneText"}
    },
    "rating": {
        **_QUESTION,
        "rateMin": Property(Kind.NUMBER, "rate_least"),
        "rateMax": Property(Kind.NUMBER, "rate_most"),
        "rateStep": Property(Kind.NUMBER, "rate_step"),
        "rateCount": Property(Kind.WHOLE, "rate_count"),
        "rateValues": Property(Kind.CHOICES, "choices"),
        **_texts(minRateDescription="least_text", maxRateDescription="most_text"),
        **_looks(
            "rateType scaleColorMode rateColorMode autoGenerate rateDescriptionLocation"
            " displayRateDescriptionsAsExtremeItems displayMode itemComponent"
        ),
    },
    "boolean": {
        **_QUESTION,
        **_texts(label="label", labelTrue="true_text", labelFalse="false_text"),
        "valueTrue": Property(Kind.VALUE, "true_value"),
        "valueFalse": Property(Kind.VALUE, "false_value"),
        **_looks("swapOrder useTitleAsLabel"),
    },
    "matrix": {
        **_MATRIX,
        "columns": Property(Kind.CHOICES, "columns"),
        **_switches(eachRowRequired="each_row_required", eachRowUnique="each_row_unique"),
    },
    "matrixdropdown": {
        **_MATRIX,
        "columns": Property(Kind.CELLS, "cells"),
        "choices": Property(Kind.CHOICES, "choices"),
        "cellType": Property(Kind.WORD, "cell_type"),
        "placeholder": Property(Kind.TEXT, "placeholder"),
    },
    "html": {
        name: known
        for name, known in {**_QUESTION, "html": Property(Kind.HTML, "html")}.items()
        if name not in {"defaultValue", "setValueIf", "setValueExpression", "resetValueIf",
                        "validators", "showCommentArea"}
    },
    "file": {
        **_QUESTION,
        "allowMultiple": Property(Kind.SWITCH, "many"),
        "acceptedTypes": Property(Kind.WORD, "accepted"),
        "maxSize": Property(Kind.WHOLE, "most_bytes"),
        **_looks(
            "showPreview allowImagesPreview imageHeight imageWidth waitForUpload"
            " needConfirmRemoveFile fileOrPhotoPlaceholder photoPlaceholder filePlaceholder"
            " storeDataAsText sourceType allowCameraAccess"
        ),
    },
}  # fmt: skip
"""Each type of question to its properties."""

CELL_TYPES: Final = (
    "dropdown",
    "radiogroup",
    "checkbox",
    "tagbox",
    "text",
    "comment",
    "boolean",
    "rating",
)
"""What the columns of a ``matrixdropdown`` may be."""

CELL: Final[Table] = {
    "name": Property(Kind.NAME, "name"),
    "cellType": Property(Kind.WORD, "cell_type", ("default", *CELL_TYPES)),
    **_texts(title="title", requiredErrorText="required_text"),
    "isRequired": Property(Kind.SWITCH, "required"),
    **_looks("colCount minWidth width cellHint showInMultipleColumns"),
}
"""What every column of a ``matrixdropdown`` has, beside what its type has."""

_CELL_NOT: Final = frozenset(
    [
        "visibleIf",
        "enableIf",
        "requiredIf",
        "resetValueIf",
        "setValueIf",
        "setValueExpression",
        "defaultValue",
        "readOnly",
        "visible",
        "choicesVisibleIf",
        "choicesEnableIf",
        "showOtherItem",
        "showNoneItem",
        "showCommentArea",
        "minValueExpression",
        "maxValueExpression",
        "choicesOrder",
    ]
)


def cell_table(cell_type: str) -> Table:
    """Return the properties of a column whose cells are of ``cell_type``."""
    inherited = QUESTIONS[cell_type].items()
    return {**{name: known for name, known in inherited if name not in _CELL_NOT}, **CELL}


PANEL: Final[Table] = {
    "type": type_,
    **_ELEMENT,
    "elements": Property(Kind.ELEMENTS),
    "questionOrder": Property(Kind.WORD, "order", ("default", "initial", "random")),
    **_looks(
        "questionTitleLocation questionTitleWidth questionErrorLocation showQuestionNumbers"
        " questionStartIndex navigationTitle navigationDescription showNavigationButtons"
    ),
}
"""The properties of panels and pages."""

SURVEY: Final[Table] = {
    **_texts(title="title", description="description"),
    "locale": Property(Kind.WORD),
    "pages": Property(Kind.PAGES),
    "triggers": Property(Kind.TRIGGERS),
    "calculatedValues": Property(Kind.CALCULATED),
    "completedHtml": Property(Kind.HTML, "thanks"),
    "completedHtmlOnCondition": Property(Kind.ENDINGS, "thanks_if"),
    "questionOrder": Property(Kind.WORD, "order", ("initial", "random")),
    "clearInvisibleValues": Property(Kind.WORD, "", ("onComplete",)),
    "checkErrorsMode": Property(Kind.WORD, "", ("onNextPage",)),
    "questionsOnPageMode": Property(Kind.WORD, "", ("standard",)),
    **_looks(
        "logo logoWidth logoHeight logoFit logoPosition autoFocusFirstQuestion"
        " autoFocusFirstError completedBeforeHtml loadingHtml sjsVersion $schema surveyId"
        " showNavigationButtons navigationButtonsLocation showPrevButton showTitle"
        " showPageTitles showCompletePage showPageNumbers showQuestionNumbers"
        " questionTitleLocation questionDescriptionLocation questionErrorLocation"
        " showProgressBar progressBarLocation progressBarType progressBarShowPageTitles"
        " progressBarShowPageNumbers progressBarInheritWidthFrom showTOC tocLocation"
        " tocItemComponent autoGrowComment allowResizeComment commentAreaRows startSurveyText"
        " pagePrevText pageNextText completeText previewText editText requiredMark"
        " questionStartIndex questionTitlePattern questionTitleTemplate widthMode width"
        " gridLayoutEnabled fitToContainer headerView backgroundImage backgroundImageFit"
        " backgroundImageAttachment backgroundOpacity showBrandInfo themeSettings"
        " matrixDragHandleArea textUpdateMode"
    ),
}
"""The properties of the whole."""

CHOICE: Final[Table] = {
    "value": Property(Kind.VALUE, "value"),
    "text": Property(Kind.TEXT, "text"),
    **_expressions(visibleIf="visible_if", enableIf="enable_if"),
    "randomize": Property(Kind.SWITCH, "randomize"),
    **_looks("icon imageLink"),
}
_VALIDATOR: Final[Table] = {"type": type_, "text": Property(Kind.TEXT, "text")}
VALIDATORS: Final[Mapping[str, Table]] = {
    "numeric": {
        **_VALIDATOR,
        "minValue": Property(Kind.NUMBER, "least"),
        "maxValue": Property(Kind.NUMBER, "most"),
    },
    "text": {
        **_VALIDATOR,
        "minLength": Property(Kind.WHOLE, "least"),
        "maxLength": Property(Kind.WHOLE, "most"),
        "allowDigits": Property(Kind.SWITCH, "digits"),
    },
    "answercount": {
        **_VALIDATOR,
        "minCount": Property(Kind.WHOLE, "least"),
        "maxCount": Property(Kind.WHOLE, "most"),
    },
    "regex": {
        **_VALIDATOR,
        "regex": Property(Kind.PATTERN, "pattern"),
        "caseInsensitive": Property(Kind.SWITCH, "ignore_case"),
    },
    "email": _VALIDATOR,
    "expression": {**_VALIDATOR, **_expressions(expression="expression")},
}
"""Each type of validator (without SurveyJS's ending ``validator``) to its properties."""

_TRIGGER: Final[Table] = {"type": type_, **_expressions(expression="expression")}
TRIGGERS: Final[Mapping[str, Table]] = {
    "complete": _TRIGGER,
    "skip": {**_TRIGGER, "gotoName": Property(Kind.WORD, "target")},
    "setvalue": {
        **_TRIGGER,
        "setToName": Property(Kind.WORD, "target"),
        "setValue": Property(Kind.VALUE, "value"),
        "isVariable": Property(Kind.SWITCH, "variable"),
    },
    "runexpression": {
        **_TRIGGER,
        "setToName": Property(Kind.WORD, "target"),
        **_expressions(runExpression="run"),
    },
}
"""Each type of trigger (without SurveyJS's ending ``trigger``) to its properties."""

CALCULATED: Final[Table] = {
    "name": Property(Kind.NAME, "name"),
    **_expressions(expression="expression"),
    "includeIntoResult": Property(Kind.SWITCH, "kept"),
}
ENDING: Final[Table] = {
    **_expressions(expression="expression"),
    "html": Property(Kind.HTML, "html"),
}
