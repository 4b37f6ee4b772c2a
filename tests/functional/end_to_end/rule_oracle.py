# SPDX-License-Identifier: Apache-2.0
"""What the rules of an exported Entra Connect server make of objects, worked out by their text alone.

A second implementation of the rule language, written from the documented behaviour and from nothing of
Tandem's, so that the two cannot make the same mistake without agreeing on it independently. It is slow
and small: all values of an object are plain Python, and only what shipped rules use is there.
"""
import base64
import datetime
import functools
import pathlib
import re
import xml.etree.ElementTree as xml

SYNTAXES = {"15": str, "27": int, "7": bool, "5": bytes, "40": bytes, "12": "reference"}
INTERVALS = 10_000_000  # FILETIME counts 100 ns


class Ref(str):
    """A reference: the DN that it names."""


class Word(str):
    """IgnoreThisFlow and AuthoritativeNull."""


IGNORE, CLEAR = Word("IgnoreThisFlow"), Word("AuthoritativeNull")


class RuleError(Exception):
    """Error() was called, or an expression cannot be evaluated."""


def local(element):
    return element.tag.rsplit("}", 1)[-1]


def find(element, name):
    return next((one for one in element.iter() if local(one) == name), None)


def text_of(element, name, default=""):
    found = next((one for one in element if local(one) == name), None)
    return default if found is None or found.text is None else found.text


# ---------------------------------------------------------------- what the export says

class Schema:
    """Name (lower case) → (name, type, multi) of a connector or of the metaverse."""

    def __init__(self, root):
        self.types = {}
        for one in root.iter():
            if local(one) != "attribute-type":
                continue
            name, syntax = text_of(one, "name").strip(), text_of(one, "syntax").strip()
            kind = SYNTAXES.get(syntax.rsplit(".", 1)[-1], str)
            single = one.get("single-value", "").lower() == "true"
            self.types[name.lower()] = (name, kind, not single)

    def get(self, name):
        return self.types.get(name.lower())


class Rule:
    def __init__(self, element):
        def child(name):
            return text_of(element, name).strip()
        self.name, self.direction = child("name"), child("direction")
        self.disabled = child("disabled").lower() == "true"
        self.connector = child("connector").strip("{}").lower()
        self.source, self.target = child("sourceObjectType"), child("targetObjectType")
        self.link, self.precedence = child("linkType"), int(child("precedence"))
        self.flows = [self._flow(one) for one in element.iter() if local(one) == "mapping"]
        self.scope = self._groups(element, "synchronizationCriteria", "scope",
                                  ("csAttribute", "csOperator", "csValue"))
        self.joins = self._groups(element, "relationshipCriteria", "condition",
                                  ("csAttribute", "ilmAttribute"))

    @staticmethod
    def _groups(element, criteria, condition, fields):
        top = find(element, criteria)
        if top is None:
            return []
        groups = [[tuple(text_of(one, field) for field in fields) for one in group.iter()
                   if local(one) == condition] for group in top if local(group) == "conditions"]
        return [group for group in groups if group]

    @staticmethod
    def _flow(element):
        source = find(element, "src")
        source = [] if source is None else source
        attributes = [one.text for one in source if local(one) == "attr"]
        expression = text_of(element, "expression").strip()
        return {"target": text_of(element, "dest"), "expression": expression, "reads": attributes,
                "attribute": attributes[0] if attributes and not expression else None,
                "constant": None if attributes or expression else source.text,
                "merge": text_of(element, "valueMergeType"),
                "once": element.get("execute-once") == "true"}


class Export:
    """A server configuration folder."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.rules = sorted((Rule(xml.parse(path).getroot())
                             for path in (folder / "SynchronizationRules").iterdir()),
                            key=lambda rule: rule.precedence)
        self.metaverse = Schema(xml.parse(folder / "GlobalSettings" / "MV.xml").getroot())
        for path in (folder / "Connectors").iterdir():
            root = xml.parse(path).getroot()
            if text_of(root, "category") == "AD":
                self.directory_id = text_of(root, "id").strip("{}").lower()
                self.directory = Schema(root)
            else:
                self.tenant_id = text_of(root, "id").strip("{}").lower()
                self.tenant = Schema(root)

    def rules_of(self, connector, direction):
        return [rule for rule in self.rules if rule.connector == connector
                and rule.direction == direction and not rule.disabled]


    def directory_attributes(self):
        """Name → (type, multi) of what rules read of the directory."""
        names = set()
        for rule in self.rules_of(self.directory_id, "Inbound"):
            names.update(one for flow in rule.flows for one in flow["reads"])
            names.update(condition[0] for group in rule.scope + rule.joins for condition in group)
        found = {}
        for name in names:
            known = self.directory.get(name)
            if known:
                kind = known[1] if isinstance(known[1], str) else known[1].__name__
                found[known[0]] = (kind, known[2])
        return found


# ---------------------------------------------------------------- the language

TOKEN = re.compile(r"""\s*(?:
    (?P<attribute>\[[^\]]+\]) | (?P<parameter>%[^%]+%) | "(?P<text>(?:[^"\\]|\\.)*)"
  | (?P<number>&H[0-9A-Fa-f]+|\d+) | (?P<word>[A-Za-z_][A-Za-z_0-9]*)
  | (?P<operator>&&|\|\||<=|>=|<>|[<>=&+\-*(),]) )""", re.VERBOSE)


def tokens_of(text):
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise RuleError(f"cannot read {text[at:at + 20]!r}")
        kind = match.lastgroup
        found.append((kind, match[kind]))
        at = match.end()
    return found + [("end", "")]


class Parser:
    """or > and > comparison > sum (one level, from left to right) > unary > primary"""

    def __init__(self, text):
        self.tokens, self.at = tokens_of(text), 0

    def peek(self, *operators):
        kind, value = self.tokens[self.at]
        return kind == "operator" and value in operators

    def take(self, wanted=None):
        token = self.tokens[self.at]
        if wanted and token[1] != wanted:
            raise RuleError(f"{wanted} expected and not {token[1]}")
        self.at += 1
        return token

    def parse(self):
        tree = self.either()
        if self.tokens[self.at][0] != "end":
            raise RuleError(f"more text: {self.tokens[self.at][1]}")
        return tree

    def chain(self, below, *operators):
        left = below()
        while self.peek(*operators):
            left = ("operator", self.take()[1], left, below())
        return left

    def either(self):
        return self.chain(self.both, "||")

    def both(self):
        return self.chain(self.comparison, "&&")

    def comparison(self):
        return self.chain(self.sum, "=", "<>", "<", "<=", ">", ">=")

    def sum(self):
        return self.chain(self.unary, "+", "-", "*", "&")

    def unary(self):
        if self.peek("-"):
            self.take()
            return ("minus", self.unary())
        return self.primary()

    def primary(self):
        kind, value = self.take()
        if kind == "operator" and value == "(":
            inner = self.either()
            self.take(")")
            return inner
        if kind == "attribute":
            return ("attribute", value[1:-1])
        if kind == "parameter":
            return ("parameter", value.strip("%"))
        if kind == "text":
            return ("literal", re.sub(r"\\(.)", r"\1", value))
        if kind == "number":
            return ("literal", int(value[2:], 16) if value.startswith("&H") else int(value))
        if kind == "word" and self.peek("("):
            self.take()
            arguments = []
            while not self.peek(")"):
                arguments.append(self.either())
                if self.peek(","):
                    self.take()
            self.take(")")
            return ("call", value, arguments)
        constants = {"True": True, "False": False, "NULL": None, "IgnoreThisFlow": IGNORE,
                     "AuthoritativeNull": CLEAR}
        if kind == "word" and value in constants:
            return ("literal", constants[value])
        raise RuleError(f"unexpected {value}")


@functools.lru_cache(maxsize=None)
def parsed(text):
    return Parser(text).parse()


def present(value):
    return value is not None and value != "" and value != []


def sid_text(octets):
    parts = [int.from_bytes(octets[8 + 4 * i:12 + 4 * i], "little") for i in range(octets[1])]
    return "-".join(["S", str(octets[0]), str(int.from_bytes(octets[2:8], "big")), *map(str, parts)])


def filetime(ticks):
    return datetime.datetime(1601, 1, 1) + datetime.timedelta(seconds=ticks // INTERVALS)


def dotnet_format(when, pattern):
    for theirs, ours in (("yyyy", "%Y"), ("MM", "%m"), ("dd", "%d"), ("HH", "%H"), ("mm", "%M"),
                         ("ss", "%S")):
        pattern = pattern.replace(theirs, ours)
    return when.strftime(pattern)


def components(dn):
    """The values of a DN's parts, with escapes as they are written."""
    return [part.split("=", 1)[1] for part in re.findall(r"(?:[^,\\]|\\.)+", dn)]


def cut(value, count):
    """Left(): what is absent is an empty text."""
    if value is None:
        return ""
    return value if count < 0 else value[:count]


def middle(value, start, count):
    if value is None:
        return ""
    if start <= 0 or start > len(value) or count < 0:
        return value
    return value[start - 1:start - 1 + count]


def token(value, number, delimiters):
    words = [word for word in re.split("[" + re.escape(delimiters) + "]", value or "")]
    return words[number - 1] if 0 < number <= len(words) else ""


def item(values, number):
    values = values if isinstance(values, list) else [values]
    if not 0 < number <= len(values):
        raise RuleError(f"there is no value {number}")
    return values[number - 1]


def contains(values, search):
    values = values if isinstance(values, list) else [] if values is None else [values]
    return next((i for i, value in enumerate(values, 1) if search in value), 0)


def without_repeats(values):
    if not isinstance(values, list):
        return values
    kept = {}
    for value in values:
        kept.setdefault(value.lower() if isinstance(value, str) else value, value)
    return list(kept.values())


def to_base64(value):
    octets = value.encode("utf-16-le") if isinstance(value, str) else value
    return base64.b64encode(octets).decode()


def mapped(function):
    """Of an attribute with several values a function of one value takes each; of none it is NULL."""
    def apply(value, *more):
        if isinstance(value, list):
            return [function(one, *more) for one in value]
        return None if value is None else function(value, *more)
    return apply


FUNCTIONS = {
    "BitAnd": mapped(lambda a, b: a & b),
    "CBool": lambda value: None if value is None else bool(value),
    "CNum": mapped(int),
    "CRef": lambda value: None if not value else Ref(value),
    "CStr": mapped(str),
    "Contains": contains,
    "ConvertToBase64": mapped(to_base64),
    "ConvertToUTF8Hex": mapped(lambda value: value.encode().hex().upper()),
    "DNComponent": mapped(lambda dn, number: (components(dn) + [""] * number)[number - 1]),
    "DateFromNum": mapped(filetime),
    "FormatDateTime": mapped(dotnet_format),
    "InStr": lambda value, search: 0 if value is None else value.find(search) + 1,
    "IsNull": lambda value: value is None,
    "IsNullOrEmpty": lambda value: not present(value),
    "IsPresent": present,
    "IsString": lambda value: isinstance(value, str),
    "Item": item,
    "Left": cut,
    "Len": lambda value: 0 if value is None else len(value),
    "Mid": middle,
    "RemoveDuplicates": without_repeats,
    "StringFromSid": mapped(sid_text),
    "Trim": mapped(str.strip),
    "Word": token,
}


class Evaluator:
    """One object as [attribute] reads it, with the parameters of its connector."""

    def __init__(self, attributes, dn=None, parameters=None):
        self.attributes = {name.lower(): values for name, values in attributes.items()}
        self.dn, self.parameters = dn, parameters or {}

    def read(self, name):
        return self.dn if name.lower() == "dn" else self.attributes.get(name.lower())

    def evaluate(self, text):
        return self.of(parsed(text))

    def of(self, tree):
        kind = tree[0]
        if kind == "literal":
            return tree[1]
        if kind == "attribute":
            return self.read(tree[1])
        if kind == "parameter":
            return self.parameters[tree[1]]
        if kind == "minus":
            return -self.of(tree[1])
        if kind == "operator":
            return self.operate(*tree[1:])
        return self.call(*tree[1:])

    def operate(self, operator, left, right):
        first = self.of(left)
        if operator == "||":
            return first is True or self.of(right) is True
        if operator == "&&":
            return first is True and self.of(right) is True
        second = self.of(right)
        if operator == "&":
            empty = b"" if isinstance(first, bytes) or isinstance(second, bytes) else ""
            return (empty if first is None else first) + (empty if second is None else second)
        if first is None or second is None:  # a comparison with nothing is False
            return False if operator in ("=", "<>", "<", "<=", ">", ">=") else None
        if isinstance(first, str) and isinstance(second, str):
            first, second = first.lower(), second.lower()
        return {"=": lambda: first == second, "<>": lambda: first != second,
                "<": lambda: first < second, "<=": lambda: first <= second,
                ">": lambda: first > second, ">=": lambda: first >= second,
                "+": lambda: first + second, "-": lambda: first - second,
                "*": lambda: first * second}[operator]()

    def call(self, name, arguments):
        if name == "IIF":
            condition, yes, no = arguments
            return self.of(yes if self.of(condition) is True else no)
        if name == "Error":
            raise RuleError(self.of(arguments[0]))
        if name == "ImportedValue":
            return self.read(self.of(arguments[0]))
        if name == "ValueCount":
            values = self.read(self.of(arguments[0]))
            return len(values) if isinstance(values, list) else int(values is not None)
        return FUNCTIONS[name](*(self.of(one) for one in arguments))


# ---------------------------------------------------------------- scope and flows

def holds(evaluator, attribute, operator, value):
    found = evaluator.read(attribute)
    if operator in ("ISNULL", "ISNOTNULL"):
        return (found is None) == (operator == "ISNULL")
    negative = operator.startswith("NOT") or operator in ("ISBITNOTSET",)
    if found is None:
        return negative
    if operator in ("ISBITSET", "ISBITNOTSET"):
        return ((found & int(value)) != 0) != negative
    if operator == "LESSTHAN":
        return found < int(value)
    texts = [str(one).lower() for one in (found if isinstance(found, list) else [found])]
    wanted = value.lower()
    test = {"EQUAL": lambda text: text == wanted, "CONTAINS": lambda text: wanted in text,
            "STARTSWITH": lambda text: text.startswith(wanted),
            "ENDSWITH": lambda text: text.endswith(wanted)}[operator.removeprefix("NOT")]
    return any(test(text) for text in texts) != negative


def in_scope(rule, object_type, evaluator):
    if rule.disabled or rule.source not in (object_type, "*"):
        return False
    return not rule.scope or any(all(holds(evaluator, *one) for one in group)
                                 for group in rule.scope)


def as_target(value, kind, multi):
    """A value as the target attribute holds it; None when nothing is left."""
    values = value if isinstance(value, list) else [value]
    if kind is str:
        values = [one if isinstance(one, str) else str(one) for one in values]
    if kind is bool:
        values = [one.lower() == "true" if isinstance(one, str) else one for one in values]
    values = [one for one in values if one != ""]
    if not values:
        return None
    if multi:
        return values
    if len(values) > 1:
        raise RuleError("several values for one")
    return values[0]


def contribution(flow, evaluator):
    if flow["expression"]:
        return evaluator.evaluate(flow["expression"])
    if flow["attribute"]:
        return evaluator.read(flow["attribute"])
    return flow["constant"]


def flow_all(sources, schema, creating, skipped=frozenset()):
    """({target: value}, DN): the flows of [(rule, evaluator)], which come by precedence. A target that
    rules speak of and leave without a value is None."""
    result, merged, decided, dn = {}, {}, set(), None
    for rule, evaluator in sources:
        for flow in rule.flows:
            target = flow["target"]
            if (rule.name, target) in skipped or (flow["once"] and not creating):
                continue
            if target == "dn":
                dn = dn or contribution(flow, evaluator)
                continue
            name, kind, multi = schema.get(target)
            if name in decided:
                continue
            value = contribution(flow, evaluator)
            if value is IGNORE:
                continue
            result.setdefault(name, None)
            if value is CLEAR:
                decided.add(name)
                continue
            value = None if value is None else as_target(value, kind, multi)
            if value is None:
                continue
            if flow["merge"].startswith("Merge"):
                merged.setdefault(name, []).extend(value)
                result[name] = without_repeats(merged[name])
            else:
                result[name] = value
                decided.add(name)
    return result, dn
