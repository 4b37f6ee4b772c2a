// SPDX-License-Identifier: Apache-2.0
//
// For the tests of expressions: an object with attributes, and expressions evaluated against it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "directory/record.h"
#include "expression/program.h"
#include "expression/suggestion.h"

namespace tandem::expression {

class ObjectForTest final : public Names, public References {
 public:
  using ValueType = directory::ValueType;

  directory::AttributeId define(std::string_view name, ValueType type, bool multi = false) {
    const directory::AttributeId id = table_.intern(name);
    schema_.define(id, type, multi);
    return id;
  }
  void text(std::string_view name, std::string_view value) {
    record_.addString(define(name, ValueType::kString), value);
  }
  void texts(std::string_view name, const std::vector<std::string>& values) {
    const directory::AttributeId id = define(name, ValueType::kString, /*multi=*/true);
    for (const std::string& value : values)
      record_.add(id, ValueType::kString, /*multi=*/true, value);
  }
  void number(std::string_view name, std::int64_t value) {
    record_.addInteger(define(name, ValueType::kInteger), value);
  }
  void boolean(std::string_view name, bool value) {
    record_.addBoolean(define(name, ValueType::kBoolean), value);
  }
  void bytes(std::string_view name, std::string_view value) {
    record_.add(define(name, ValueType::kBinary), ValueType::kBinary, /*multi=*/false, value);
  }
  void manyBytes(std::string_view name, const std::vector<std::string>& values) {
    const directory::AttributeId id = define(name, ValueType::kBinary, /*multi=*/true);
    for (const std::string& value : values)
      record_.add(id, ValueType::kBinary, /*multi=*/true, value);
  }
  void imported(std::string_view name, std::string_view value) {
    imported_.addString(define(name, ValueType::kString), value);
    has_imported_ = true;
  }
  void references(std::string_view name, std::vector<std::string> names) {
    references_[define(name, ValueType::kReference, /*multi=*/true)] = std::move(names);
  }
  void dn(std::string text) { dn_ = std::move(text); }
  void parameter(std::string name, std::string value) {
    parameters_[std::move(name)] = std::move(value);
  }

  std::optional<directory::AttributeDefinition> attribute(std::string_view name) const override {
    const auto id = table_.find(name);
    if (!id) return std::nullopt;
    return *schema_.find(*id);
  }
  std::string nearestAttribute(std::string_view name) const override {
    std::vector<std::string_view> names;
    for (std::uint32_t id = 1; id <= table_.size(); ++id)
      names.push_back(table_.name(directory::AttributeId(id)));
    return closest(name, names);
  }
  std::optional<std::string> parameter(std::string_view name) const override {
    const auto found = parameters_.find(name);
    return found == parameters_.end() ? std::nullopt : std::optional(found->second);
  }
  std::string nearestParameter(std::string_view name) const override {
    return parameters_.empty() || name.empty() ? "" : parameters_.begin()->first;
  }
  std::uint32_t count(directory::AttributeId attribute) const override {
    const auto found = references_.find(attribute);
    return found == references_.end() ? 0 : static_cast<std::uint32_t>(found->second.size());
  }
  std::vector<std::string> values(directory::AttributeId attribute,
                                  std::size_t /*limit*/) const override {
    const auto found = references_.find(attribute);
    return found == references_.end() ? std::vector<std::string>() : found->second;
  }

  // Seconds since 1970; until it is told, nothing tells the time or gives random numbers.
  void surroundings(std::int64_t now, std::uint64_t random) {
    workspace_ = Workspace({[now] { return now; }, [random] { return random; }});
  }
  const Workspace& workspace() const { return workspace_; }

  // The value as text: "abc", "3", "True", "NULL", "{a;b}", "#0aff" for octets, "error: …" for an
  // error, "refused: 1:2: …" when it does not compile.
  std::string evaluate(std::string_view expression) {
    Compilation compiled = compile(expression, *this);
    if (!compiled.program) return "refused: " + toString(compiled.findings.back());
    return evaluate(*compiled.program);
  }

  std::string evaluate(const Program& program) {
    bytes_ = record_.finish();
    imported_bytes_ = has_imported_ ? imported_.finish() : bytes_;
    attributes_.load(bytes_);
    imported_attributes_.load(imported_bytes_);
    workspace_.reset();
    return show(program.evaluate({&attributes_, &imported_attributes_, dn_, this}, workspace_));
  }

  std::string show(const Value& value) const;

 private:
  directory::AttributeTable table_;
  directory::Schema schema_;
  directory::RecordBuilder record_;
  directory::RecordBuilder imported_;
  bool has_imported_ = false;
  std::string dn_;
  std::map<std::string, std::string, std::less<>> parameters_;
  std::map<directory::AttributeId, std::vector<std::string>> references_;
  std::string bytes_;
  std::string imported_bytes_;
  SlotTable attributes_;
  SlotTable imported_attributes_;
  Workspace workspace_;
};

}  // namespace tandem::expression
