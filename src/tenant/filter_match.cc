// SPDX-License-Identifier: Apache-2.0
#include "tenant/filter_match.h"

#include <algorithm>

#include "base/text.h"
#include "tenant/object_json.h"

namespace tandem::tenant {

using Op = FilterNode::Op;
using Type = FilterLiteral::Type;

struct ObjectFilter::Node {
  Op op = Op::kAnd;
  Property property = Property::kId;
  bool on_element = false;  // inside any(): the element, not a property
  std::vector<FilterLiteral> literals;
  std::vector<Node> children;
};

class FilterCompiler {
 public:
  FilterCompiler(Kind kind, bool eventual) : kind_(kind), eventual_(eventual) {}

  Refusal compile(const FilterNode& in, const std::string& variable, ObjectFilter::Node& out) {
    out.op = in.op;
    out.literals = in.literals;
    if (auto bad = checkOperator(in)) return bad;
    if (!in.path.empty()) {
      if (auto bad = bind(in, variable, out)) return bad;
    }
    for (const FilterNode& child : in.children) {
      out.children.emplace_back();
      if (auto bad =
              compile(child, in.op == Op::kAny ? in.variable : variable, out.children.back())) {
        return bad;
      }
    }
    return std::nullopt;
  }

  static std::shared_ptr<ObjectFilter::Node> makeNode() {
    return std::make_shared<ObjectFilter::Node>();
  }

 private:
  Refusal checkOperator(const FilterNode& in) const {
    const bool advanced = in.op == Op::kNot || in.op == Op::kNe || in.op == Op::kEndsWith ||
                          in.op == Op::kCountEq || in.op == Op::kCountNe;
    if (advanced && !eventual_) return unsupportedQuery();
    if (in.op == Op::kContains) {
      return unsupportedQuery("Unsupported or invalid query filter clause specified: contains.");
    }
    return std::nullopt;
  }

  Refusal bind(const FilterNode& in, const std::string& variable, ObjectFilter::Node& out) const {
    if (!variable.empty() && (in.path == variable || in.path.starts_with(variable + "/"))) {
      out.on_element = true;
      return std::nullopt;
    }
    const auto property = findPropertyPath(kind_, in.path);
    if (!property) return unknownProperty(kind_, in.path);
    out.property = *property;
    const bool is_collection = rowOf(*property).type == PropertyType::kStrings ||
                               rowOf(*property).type == PropertyType::kJson;
    const bool wants_collection =
        in.op == Op::kAny || in.op == Op::kCountEq || in.op == Op::kCountNe;
    if (is_collection != wants_collection) {
      return unsupportedQuery(
          "Unsupported or invalid query filter clause specified for property '" +
          std::string(rowOf(*property).name) + "'.");
    }
    return checkLiterals(in, rowOf(*property));
  }

  Refusal checkLiterals(const FilterNode& in, const PropertyRow& row) const {
    if (in.op == Op::kEndsWith && row.property != Property::kMail &&
        row.property != Property::kUserPrincipalName) {
      return unsupportedQuery("Operator 'endsWith' is not supported on property '" +
                              std::string(row.name) + "'.");
    }
    for (const FilterLiteral& literal : in.literals) {
      const bool good = literal.type == Type::kNull ||
                        (row.type == PropertyType::kBool) == (literal.type == Type::kBool);
      if (!good && in.op != Op::kCountEq && in.op != Op::kCountNe) {
        return badRequest(
            "Invalid filter clause: A binary operator with incompatible types was "
            "detected for property '" +
            std::string(row.name) + "'.");
      }
    }
    return std::nullopt;
  }

  Kind kind_;
  bool eventual_;
};

namespace {

bool sameText(const std::string& shown, const FilterLiteral& literal, bool exact) {
  return exact ? shown == literal.text : foldCase(shown) == foldCase(literal.text);
}

// The comparisons of one shown text with one literal. `ge` and its like are for dates and names:
// both order as texts.
bool compareText(Op op, const std::string& shown, const FilterLiteral& literal, bool exact) {
  switch (op) {
    case Op::kEq:
    case Op::kIn:
      return sameText(shown, literal, exact);
    case Op::kNe:
      return !sameText(shown, literal, exact);
    case Op::kStartsWith:
      return foldCase(shown).starts_with(foldCase(literal.text));
    case Op::kEndsWith:
      return foldCase(shown).ends_with(foldCase(literal.text));
    case Op::kGt:
      return foldCase(shown) > foldCase(literal.text);
    case Op::kGe:
      return foldCase(shown) >= foldCase(literal.text);
    case Op::kLt:
      return foldCase(shown) < foldCase(literal.text);
    case Op::kLe:
      return foldCase(shown) <= foldCase(literal.text);
    case Op::kAnd:
    case Op::kOr:
    case Op::kNot:
    case Op::kContains:
    case Op::kAny:
    case Op::kCountEq:
    case Op::kCountNe:
      return false;
  }
  return false;
}

bool compareOptional(Op op,
                     const std::optional<std::string>& shown,
                     const FilterLiteral& literal,
                     bool exact) {
  if (literal.type == Type::kNull) {
    return op == Op::kNe ? shown.has_value() : op == Op::kEq && !shown.has_value();
  }
  if (!shown) return op == Op::kNe;
  return compareText(op, *shown, literal, exact);
}

std::optional<std::string> comparable(const Object& object, Property property) {
  if (rowOf(property).type != PropertyType::kBool) return shownText(object, property);
  const Value* value = object.find(property);
  if (!value) return std::nullopt;
  return std::get<bool>(*value) ? "true" : "false";
}

template <class NodeType>
bool matchesNode(const NodeType& node, const Object& object, const std::string* element) {
  const auto child = [&](const NodeType& one) { return matchesNode(one, object, element); };
  switch (node.op) {
    case Op::kAnd:
      return std::all_of(node.children.begin(), node.children.end(), child);
    case Op::kOr:
      return std::any_of(node.children.begin(), node.children.end(), child);
    case Op::kNot:
      return !child(node.children.front());
    case Op::kAny: {
      const auto& texts = object.texts(node.property);
      if (node.children.empty()) return !texts.empty();
      return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
        return matchesNode(node.children.front(), object, &text);
      });
    }
    case Op::kCountEq:
    case Op::kCountNe: {
      const bool equal =
          std::to_string(object.texts(node.property).size()) == node.literals.front().text;
      return equal == (node.op == Op::kCountEq);
    }
    case Op::kEq:
    case Op::kNe:
    case Op::kGt:
    case Op::kGe:
    case Op::kLt:
    case Op::kLe:
    case Op::kIn:
    case Op::kStartsWith:
    case Op::kEndsWith:
    case Op::kContains:
      break;
  }
  const bool exact = !node.on_element && node.property == Property::kOnPremisesImmutableId;
  const std::optional<std::string> shown = node.on_element
                                               ? (element ? std::optional(*element) : std::nullopt)
                                               : comparable(object, node.property);
  return std::any_of(node.literals.begin(), node.literals.end(), [&](const FilterLiteral& literal) {
    return compareOptional(node.op == Op::kIn ? Op::kEq : node.op, shown, literal, exact);
  });
}

template <class NodeType>
std::optional<std::vector<const Object*>> lookUp(const NodeType& node,
                                                 Kind kind,
                                                 const Directory& directory) {
  if (node.op == Op::kAnd) {
    for (const NodeType& child : node.children) {
      if (auto found = lookUp(child, kind, directory)) return found;
    }
    return std::nullopt;
  }
  const NodeType* equality = &node;
  if (node.op == Op::kAny && node.children.size() == 1 && node.children.front().on_element) {
    equality = &node.children.front();
  }
  if (equality->op != Op::kEq && equality->op != Op::kIn) return std::nullopt;
  if (equality != &node ? !Directory::isIndexed(node.property) : node.on_element) {
    return std::nullopt;
  }
  std::vector<const Object*> found;
  for (const FilterLiteral& literal : equality->literals) {
    if (literal.type == Type::kNull) return std::nullopt;
    if (node.property == Property::kId) {
      const auto id = Guid::parse(literal.text);
      const Object* object = id ? directory.find(*id) : nullptr;
      if (object && object->kind == kind) found.push_back(object);
    } else if (Directory::isIndexed(node.property)) {
      for (const Object* object : directory.findBy(kind, node.property, literal.text)) {
        found.push_back(object);
      }
    } else {
      return std::nullopt;
    }
  }
  std::sort(found.begin(), found.end(), [](const Object* a, const Object* b) {
    return a->number < b->number;
  });
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace

std::variant<ObjectFilter, GraphError> ObjectFilter::compile(Kind kind,
                                                             const FilterNode& parsed,
                                                             bool eventual) {
  auto root = FilterCompiler::makeNode();
  FilterCompiler compiler(kind, eventual);
  if (auto bad = compiler.compile(parsed, "", *root)) return *bad;
  ObjectFilter filter;
  filter.kind_ = kind;
  filter.root_ = std::move(root);
  return filter;
}

bool ObjectFilter::matches(const Object& object) const {
  return matchesNode(*root_, object, nullptr);
}

std::optional<std::vector<const Object*>> ObjectFilter::candidates(
    const Directory& directory) const {
  return lookUp(*root_, kind_, directory);
}

}  // namespace tandem::tenant
