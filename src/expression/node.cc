// SPDX-License-Identifier: Apache-2.0
#include "expression/node.h"

#include <utility>

#include <fmt/format.h>

#include "expression/record_value.h"

namespace tandem::expression {
namespace {

class TextNode final : public Node {
 public:
  explicit TextNode(std::string text) : text_(std::move(text)) {}
  Value compute(const Source& /*source*/, Workspace& /*work*/) const override {
    return Value::text(text_);
  }

 private:
  std::string text_;
};

class ConstantNode final : public Node {
 public:
  explicit ConstantNode(Value value) : value_(value) {}
  Value compute(const Source& /*source*/, Workspace& /*work*/) const override { return value_; }

 private:
  Value value_;
};

class DnNode final : public Node {
 public:
  Value compute(const Source& source, Workspace& /*work*/) const override {
    return source.dn.empty() ? Value::null() : Value::text(source.dn);
  }
};

class AttributeNode final : public Node {
 public:
  AttributeNode(directory::AttributeId attribute, bool imported)
      : attribute_(attribute), imported_(imported) {}
  Value compute(const Source& source, Workspace& work) const override {
    const directory::ValuesView* const values = find(source);
    if (values == nullptr) return Value::null();
    if (!work.spend(values->count() * kWorkOfStep)) return work.failOfWork();
    return toValue(*values, work.arena);
  }

  const directory::ValuesView* find(const Source& source) const {
    const SlotTable* const table = imported_ ? source.imported : source.attributes;
    return table->find(attribute_);
  }

 private:
  directory::AttributeId attribute_;
  bool imported_;
};

class LinkNode final : public Node {
 public:
  explicit LinkNode(directory::AttributeId attribute) : attribute_(attribute) {}
  Value compute(const Source& source, Workspace& /*work*/) const override {
    if (source.references == nullptr) return Value::null();
    const std::uint32_t count = source.references->count(attribute_);
    return count == 0 ? Value::null() : Value::link(attribute_.raw(), count);
  }

 private:
  directory::AttributeId attribute_;
};

class LinkCountNode final : public Node {
 public:
  explicit LinkCountNode(directory::AttributeId attribute) : attribute_(attribute) {}
  Value compute(const Source& source, Workspace& /*work*/) const override {
    return Value::integer(source.references == nullptr ? 0 : source.references->count(attribute_));
  }

 private:
  directory::AttributeId attribute_;
};

class VariableNode final : public Node {
 public:
  explicit VariableNode(std::size_t number) : number_(number) {}
  Value compute(const Source& /*source*/, Workspace& work) const override {
    return work.variables[number_];
  }

 private:
  std::size_t number_;
};

class IfNode final : public Node {
 public:
  explicit IfNode(NodeList arguments) : arguments_(std::move(arguments)) {}
  Value compute(const Source& source, Workspace& work) const override {
    Value condition = arguments_[0]->evaluate(source, work);
    if (condition.multi) condition = single(condition, "IIF", work);
    if (condition.isError()) return condition;
    if (!condition.isAbsent() && condition.kind != Kind::kBoolean) {
      return work.fail(
          fmt::format("IIF: the condition is {}, not boolean", toString(condition.kind)));
    }
    return arguments_[condition.isTrue() ? 1 : 2]->evaluate(source, work);
  }

 private:
  NodeList arguments_;
};

// Like a row of IIFs, but for one thing that the vendor documents: conditions behind the one that
// is True are evaluated as well, so an error in one of them is not hidden by the order.
class SwitchNode final : public Node {
 public:
  explicit SwitchNode(NodeList arguments) : arguments_(std::move(arguments)) {}
  Value compute(const Source& source, Workspace& work) const override {
    const Node* chosen = nullptr;
    for (std::size_t i = 0; i < arguments_.size(); i += 2) {
      const Value condition = single(arguments_[i]->evaluate(source, work), "Switch", work);
      if (condition.isError()) return condition;
      if (!condition.isAbsent() && condition.kind != Kind::kBoolean) {
        return work.fail(fmt::format(
            "Switch: condition {} is {}, not boolean", i / 2 + 1, toString(condition.kind)));
      }
      if (condition.isTrue() && chosen == nullptr) chosen = arguments_[i + 1].get();
    }
    return chosen == nullptr ? Value::null() : chosen->evaluate(source, work);
  }

 private:
  NodeList arguments_;
};

class CallNode final : public Node {
 public:
  CallNode(const Function& function, NodeList arguments)
      : function_(function), arguments_(std::move(arguments)) {
    for (std::size_t i = 0; i < arguments_.size(); ++i)
      parameters_.push_back(&function.parameter(i));
  }

  Value compute(const Source& source, Workspace& work) const override {
    constexpr std::size_t kFewArguments = 4;
    switch (arguments_.size()) {  // each clears no more than it needs: most functions take one
      case 1: {
        Value one;
        return evaluateWith(&one, source, work);
      }
      case 2:
      case 3:
      case kFewArguments: {
        std::array<Value, kFewArguments> few;
        return evaluateWith(few.data(), source, work);
      }
      default:
        return evaluateWith(work.arena.values(arguments_.size()), source, work);
    }
  }

 private:
  // values: room for the arguments.
  Value evaluateWith(Value* values, const Source& source, Workspace& work) const {
    std::size_t mapped = arguments_.size();
    std::size_t cost = kWorkOfStep;
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      const Parameter& parameter = *parameters_[i];
      Value value = arguments_[i]->evaluate(source, work);
      if (value.kind == Kind::kLink && !parameter.types.has(Kind::kLink)) {
        value = readLink(value, source, work);
      }
      if (value.isError()) return value;
      if (value.isAbsent()) {
        if (!takesAbsent(parameter, value)) return Value::null();
      } else if (!parameter.types.has(value.kind)) {
        return wrongType(i, value, work);
      } else if (value.multi && !parameter.list) {
        if (mapped != arguments_.size()) return twoLists(work);
        mapped = i;
      }
      if (mapped != i) cost += workOf(value);
      values[i] = value;
    }
    return mapped == arguments_.size() ? call(values, cost, work) : map(values, mapped, cost, work);
  }

  static std::size_t workOf(const Value& value) {
    const bool has_octets = value.kind == Kind::kString || value.kind == Kind::kBinary ||
                            value.kind == Kind::kReference;
    if (!value.multi) return has_octets ? value.size : 0;
    std::size_t work = value.size * kWorkOfStep;
    for (const Value& item : value)
      work += has_octets ? item.size : 0;
    return work;
  }

  Value call(const Value* values, std::size_t cost, Workspace& work) const {
    if (!work.spend(cost)) return work.failOfWork();
    const Value result = function_.evaluate({values, arguments_.size()}, work);
    if (!work.spend(workOf(result))) return work.failOfWork();
    return result;
  }

  // Makes of an absent value what the function's policy says; false: the result is NULL.
  bool takesAbsent(const Parameter& parameter, Value& value) const {
    switch (function_.nulls) {
      case NullPolicy::kReturnsNull:
        return false;
      case NullPolicy::kReadsAsEmpty:
        if (!parameter.types.has(Kind::kString)) return false;
        value = Value::text("");
        return true;
      case NullPolicy::kSeesNull:
        value = Value::null();
        return true;
    }
    return false;
  }

  Value wrongType(std::size_t index, const Value& value, Workspace& work) const {
    return work.fail(fmt::format("{}: argument {} must be {}, but the value is {}",
                                 function_.name,
                                 index + 1,
                                 toText(function_.parameter(index).types),
                                 toString(value.kind)));
  }

  Value twoLists(Workspace& work) const {
    return work.fail(fmt::format("{}: two of the arguments have several values", function_.name));
  }

  // A scalar function over a multi-valued attribute: applied to each value.
  Value map(Value* values, std::size_t mapped, std::size_t cost, Workspace& work) const {
    const Value list = values[mapped];
    if (!work.spend(list.size * kWorkOfStep)) return work.failOfWork();
    Value* const results = work.arena.values(list.size);
    std::size_t count = 0;
    for (std::uint32_t i = 0; i < list.size; ++i) {
      values[mapped] = list.items[i];
      const Value result = call(values, cost + workOf(list.items[i]), work);
      if (result.isError()) return result;
      if (!result.isAbsent()) results[count++] = result;
    }
    return Value::list(count == 0 ? Kind::kNull : results[0].kind, results, count);
  }

  const Function& function_;
  NodeList arguments_;
  std::vector<const Parameter*> parameters_;  // of the arguments
};

// A function of one attribute and nothing else, which most calls in rules are: it reads the
// attribute itself, since each step through the tree is a jump that the processor cannot foresee.
class AttributeCallNode final : public Node {
 public:
  AttributeCallNode(const Function& function, const AttributeNode& attribute, NodeList arguments)
      : function_(function), attribute_(attribute), call_(function, std::move(arguments)) {}

  Value compute(const Source& source, Workspace& work) const override {
    const directory::ValuesView* const values = attribute_.find(source);
    if (values == nullptr || values->isMulti()) return call_.compute(source, work);
    const Value value = toValue(*values, work.arena);
    if (!function_.parameter(0).types.has(value.kind)) return call_.compute(source, work);
    if (!work.spend(kWorkOfStep + value.size)) return work.failOfWork();
    return function_.evaluate({&value, 1}, work);
  }

 private:
  const Function& function_;
  const AttributeNode& attribute_;  // one of call_'s
  CallNode call_;                   // for everything but one value of the right type
};

class WithNode final : public Node {
 public:
  WithNode(std::size_t variable, NodePtr value, NodePtr body)
      : variable_(variable), value_(std::move(value)), body_(std::move(body)) {}
  Value compute(const Source& source, Workspace& work) const override {
    const Value value = value_->evaluate(source, work);
    if (value.isError()) return value;
    if (work.variables.size() <= variable_) work.variables.resize(variable_ + 1);
    work.variables[variable_] = value;
    return body_->evaluate(source, work);
  }

 private:
  std::size_t variable_;
  NodePtr value_;
  NodePtr body_;
};

// Select keeps what the body gives for each item, Where the items for which it is True.
class EachNode final : public Node {
 public:
  EachNode(std::size_t variable, NodePtr list, NodePtr body, bool filters)
      : variable_(variable), list_(std::move(list)), body_(std::move(body)), filters_(filters) {}

  Value compute(const Source& source, Workspace& work) const override {
    const Value list = readLink(list_->evaluate(source, work), source, work);
    if (list.isError() || list.isAbsent()) return list;
    if (work.variables.size() <= variable_) work.variables.resize(variable_ + 1);
    if (!work.spend(list.count() * kWorkOfStep)) return work.failOfWork();
    Value* const kept = work.arena.values(list.count());
    std::size_t count = 0;
    for (const Value& item : list) {
      if (!work.spend(kWorkOfStep)) return work.failOfWork();
      work.variables[variable_] = item;
      Value result = body_->evaluate(source, work);
      if (result.isError()) return result;
      if (!filters_) result = single(result, "Select", work);
      if (result.isError()) return result;
      if (filters_ ? result.isTrue() : !result.isAbsent()) kept[count++] = filters_ ? item : result;
    }
    return Value::list(count == 0 ? Kind::kNull : kept[0].kind, kept, count);
  }

 private:
  std::size_t variable_;
  NodePtr list_;
  NodePtr body_;
  bool filters_;
};

}  // namespace

NodePtr makeText(std::string text) {
  return std::make_unique<TextNode>(std::move(text));
}
NodePtr makeConstant(Value value) {
  return std::make_unique<ConstantNode>(value);
}
NodePtr makeDn() {
  return std::make_unique<DnNode>();
}
NodePtr makeAttribute(directory::AttributeId attribute, bool imported) {
  return std::make_unique<AttributeNode>(attribute, imported);
}
NodePtr makeLink(directory::AttributeId attribute) {
  return std::make_unique<LinkNode>(attribute);
}
NodePtr makeLinkCount(directory::AttributeId attribute) {
  return std::make_unique<LinkCountNode>(attribute);
}
NodePtr makeVariable(std::size_t number) {
  return std::make_unique<VariableNode>(number);
}
NodePtr makeCall(const Function& function, NodeList arguments) {
  const auto* const attribute =
      arguments.size() == 1 ? dynamic_cast<const AttributeNode*>(arguments[0].get()) : nullptr;
  if (attribute != nullptr)
    return std::make_unique<AttributeCallNode>(function, *attribute, std::move(arguments));
  return std::make_unique<CallNode>(function, std::move(arguments));
}
NodePtr makeIf(NodeList arguments) {
  return std::make_unique<IfNode>(std::move(arguments));
}
NodePtr makeSwitch(NodeList arguments) {
  return std::make_unique<SwitchNode>(std::move(arguments));
}
NodePtr makeSelect(std::size_t variable, NodePtr list, NodePtr body) {
  return std::make_unique<EachNode>(variable, std::move(list), std::move(body), /*filters=*/false);
}
NodePtr makeWhere(std::size_t variable, NodePtr list, NodePtr condition) {
  return std::make_unique<EachNode>(
      variable, std::move(list), std::move(condition), /*filters=*/true);
}
NodePtr makeWith(std::size_t variable, NodePtr value, NodePtr body) {
  return std::make_unique<WithNode>(variable, std::move(value), std::move(body));
}

}  // namespace tandem::expression
