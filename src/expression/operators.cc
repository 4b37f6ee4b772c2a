// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "directory/dn.h"
#include "expression/node.h"

namespace tandem::expression {
namespace {

// && and ||, from left to right and only as far as needed. NULL counts as False.
class LogicNode final : public Node {
 public:
  LogicNode(NodeList operands, bool stops_at)
      : operands_(std::move(operands)), stops_at_(stops_at) {}
  Value compute(const Source& source, Workspace& work) const override {
    for (const NodePtr& operand : operands_) {
      const Value value = single(operand->evaluate(source, work), stops_at_ ? "||" : "&&", work);
      if (value.isError()) return value;
      if (!value.isAbsent() && value.kind != Kind::kBoolean) {
        return work.fail(fmt::format(
            "{}: the operand is {}, not boolean", stops_at_ ? "||" : "&&", toString(value.kind)));
      }
      if (value.isTrue() == stops_at_) return Value::boolean(stops_at_);
    }
    return Value::boolean(!stops_at_);
  }

 private:
  NodeList operands_;
  bool stops_at_;
};

class ConcatNode final : public Node {
 public:
  explicit ConcatNode(NodeList operands) : operands_(std::move(operands)) {}

  Value compute(const Source& source, Workspace& work) const override {
    Value* const parts = work.arena.values(operands_.size());
    std::size_t size = 0;
    Kind kind = Kind::kNull;
    for (std::size_t i = 0; i < operands_.size(); ++i) {
      const Value value = readLink(operands_[i]->evaluate(source, work), source, work);
      parts[i] = toPart(single(value, "&", work), work);
      if (parts[i].isError()) return parts[i];
      if (parts[i].isAbsent()) {  // as in VBA: NULL adds nothing
        parts[i] = Value::text("", kind == Kind::kNull ? Kind::kString : kind);
        continue;
      }
      if (kind != Kind::kNull && kind != parts[i].kind) {
        return work.fail("&: one side is text and the other binary");
      }
      kind = parts[i].kind;
      size += parts[i].size;
    }
    if (kind == Kind::kNull) return Value::null();
    if (size > kTextBytesMax) return work.fail("&: the result grows longer than 1 MiB");
    if (!work.spend(size + operands_.size() * kWorkOfStep)) return work.failOfWork();
    char* const bytes = work.arena.allocate(size);
    char* at = bytes;
    for (std::size_t i = 0; i < operands_.size(); ++i)
      at = std::copy_n(parts[i].bytes, parts[i].size, at);
    return Value::text({bytes, size}, kind);
  }

 private:
  static Value toPart(const Value& value, Workspace& work) {
    switch (value.kind) {
      case Kind::kInteger: {
        const fmt::format_int digits(value.number);
        return Value::text(work.arena.copy({digits.data(), digits.size()}));
      }
      case Kind::kReference:
        return Value::text(value.view());
      case Kind::kBoolean:
        return Value::text(value.number != 0 ? "True" : "False");
      case Kind::kDateTime:
        return work.fail("&: write the date-time as text with FormatDateTime()");
      case Kind::kNull:
      case Kind::kAuthoritativeNull:
      case Kind::kIgnoreThisFlow:
      case Kind::kError:
      case Kind::kString:
      case Kind::kBinary:
      case Kind::kLink:
        return value;
    }
    return value;
  }

  NodeList operands_;
};

// a ? b, where only the two values decide. NULL on either side gives False, also for <>.
class ComparisonNode final : public Node {
 public:
  ComparisonNode(SyntaxKind kind, NodePtr left, NodePtr right)
      : kind_(kind), left_(std::move(left)), right_(std::move(right)) {}

  Value compute(const Source& source, Workspace& work) const override {
    const Value left = operand(*left_, source, work);
    if (left.isError()) return left;
    const Value right = operand(*right_, source, work);
    if (right.isError()) return right;
    if (left.isAbsent() || right.isAbsent()) return Value::boolean(false);
    const bool both_text = isText(left.kind) && isText(right.kind);
    if (left.kind != right.kind && !both_text) {
      return work.fail(fmt::format("compares {} with {}; convert one with CStr() or CNum()",
                                   toString(left.kind),
                                   toString(right.kind)));
    }
    const std::size_t cost = isNumber(left.kind) ? 0 : std::size_t{left.size} + right.size;
    if (!work.spend(cost)) return work.failOfWork();
    if (kind_ == SyntaxKind::kEqual || kind_ == SyntaxKind::kNotEqual) {
      return Value::boolean(isEqual(left, right, work) == (kind_ == SyntaxKind::kEqual));
    }
    return Value::boolean(holds(order(left, right, work)));
  }

 private:
  static bool isText(Kind kind) { return kind == Kind::kString || kind == Kind::kReference; }
  static bool isNumber(Kind kind) {
    return kind == Kind::kInteger || kind == Kind::kBoolean || kind == Kind::kDateTime;
  }

  static Value operand(const Node& node, const Source& source, Workspace& work) {
    return single(readLink(node.evaluate(source, work), source, work), "a comparison", work);
  }

  static bool isEqual(const Value& left, const Value& right, Workspace& work) {
    if (isNumber(left.kind)) return left.number == right.number;
    if (left.kind == Kind::kBinary) return left.view() == right.view();
    if (left.kind == Kind::kReference || right.kind == Kind::kReference) {
      directory::dnKeyInto(left.view(), work.scratch);
      directory::dnKeyInto(right.view(), work.other_scratch);
      return work.scratch == work.other_scratch;
    }
    return equalText(left.view(), right.view(), work);
  }

  // < 0, 0 or > 0, as left stands to right.
  static int order(const Value& left, const Value& right, Workspace& work) {
    if (isNumber(left.kind)) {
      return left.number < right.number ? -1 : (left.number > right.number ? 1 : 0);
    }
    if (left.kind == Kind::kBinary) return left.view().compare(right.view());
    foldCaseInto(left.view(), work.scratch);
    foldCaseInto(right.view(), work.other_scratch);
    return work.scratch.compare(work.other_scratch);
  }

  bool holds(int order) const {
    if (kind_ == SyntaxKind::kLess) return order < 0;
    if (kind_ == SyntaxKind::kLessOrEqual) return order <= 0;
    if (kind_ == SyntaxKind::kGreater) return order > 0;
    return order >= 0;
  }

  SyntaxKind kind_;
  NodePtr left_;
  NodePtr right_;
};

class ArithmeticNode final : public Node {
 public:
  ArithmeticNode(SyntaxKind kind, NodePtr left, NodePtr right)
      : kind_(kind), left_(std::move(left)), right_(std::move(right)) {}

  Value compute(const Source& source, Workspace& work) const override {
    const Value left = single(left_->evaluate(source, work), "arithmetic", work);
    if (left.isError()) return left;
    const Value right = single(right_->evaluate(source, work), "arithmetic", work);
    if (right.isError()) return right;
    if (left.isAbsent() || right.isAbsent()) return Value::null();
    if (left.kind != Kind::kInteger || right.kind != Kind::kInteger) {
      return work.fail("+, - and * need whole numbers; join text with &, convert with CNum()");
    }
    std::int64_t result = 0;
    const bool overflows = kind_ == SyntaxKind::kAdd
                               ? __builtin_add_overflow(left.number, right.number, &result)
                           : kind_ == SyntaxKind::kSubtract
                               ? __builtin_sub_overflow(left.number, right.number, &result)
                               : __builtin_mul_overflow(left.number, right.number, &result);
    if (overflows) return work.fail("the result does not fit into 64 bits");
    return Value::integer(result);
  }

 private:
  SyntaxKind kind_;
  NodePtr left_;
  NodePtr right_;
};

}  // namespace

NodePtr makeOr(NodeList operands) {
  return std::make_unique<LogicNode>(std::move(operands), /*stops_at=*/true);
}
NodePtr makeAnd(NodeList operands) {
  return std::make_unique<LogicNode>(std::move(operands), /*stops_at=*/false);
}
NodePtr makeConcat(NodeList operands) {
  return std::make_unique<ConcatNode>(std::move(operands));
}
NodePtr makeNegation(NodePtr operand) {
  return makeArithmetic(SyntaxKind::kSubtract, makeConstant(Value::integer(0)), std::move(operand));
}
NodePtr makeComparison(SyntaxKind kind, NodePtr left, NodePtr right) {
  return std::make_unique<ComparisonNode>(kind, std::move(left), std::move(right));
}
NodePtr makeArithmetic(SyntaxKind kind, NodePtr left, NodePtr right) {
  return std::make_unique<ArithmeticNode>(kind, std::move(left), std::move(right));
}

}  // namespace tandem::expression
