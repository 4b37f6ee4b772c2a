// SPDX-License-Identifier: Apache-2.0
//
// The expression language of Entra Connect's sync rules (docs/reference/expression-language.md).
// compile() checks names, numbers of arguments and types, so that what can be wrong with a rule is
// said when it is written; what is left to go wrong later depends on an object's values.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/schema.h"
#include "expression/syntax.h"
#include "expression/value.h"
#include "expression/workspace.h"

namespace tandem::expression {

// What the names in an expression stand for.
class Names {
 public:
  virtual ~Names() = default;
  virtual std::optional<directory::AttributeDefinition> attribute(std::string_view name) const = 0;
  // The name most like one that attribute() does not know; may be empty.
  virtual std::string nearestAttribute(std::string_view name) const = 0;
  // Of %name%; nullopt when there is none.
  virtual std::optional<std::string> parameter(std::string_view name) const = 0;
  virtual std::string nearestParameter(std::string_view name) const = 0;
};

class Node;

// A compiled expression. Immutable: several threads may evaluate it, each with its workspace.
class Program {
 public:
  Program(std::unique_ptr<const Node> root, TypeSet result_types);
  ~Program();
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;

  // The result is good until the workspace is reset or the record behind the source is gone.
  Value evaluate(const Source& source, Workspace& work) const;

  TypeSet resultTypes() const { return result_types_; }
  bool mayYieldMany() const { return may_yield_many_; }
  // Attributes that it reads, each once, ascending; without the pseudo attribute dn.
  const std::vector<directory::AttributeId>& attributesRead() const { return attributes_read_; }
  bool readsImported() const { return reads_imported_; }
  // The function that makes it give another value each time; empty: it does not.
  std::string_view randomFunction() const { return random_function_; }
  // Set for Trim([attribute]) of a text attribute and nothing more: by far the most frequent
  // expression, which a flow can do without evaluating.
  std::optional<directory::AttributeId> trimmedAttribute() const { return trimmed_attribute_; }

 private:
  friend class Compiler;

  std::unique_ptr<const Node> root_;
  TypeSet result_types_;
  std::vector<directory::AttributeId> attributes_read_;
  std::optional<directory::AttributeId> trimmed_attribute_;
  std::string_view random_function_;
  bool reads_imported_ = false;
  bool may_yield_many_ = false;
};

struct Compilation {
  std::optional<Program> program;  // absent when a finding is an error
  std::vector<Finding> findings;   // errors and warnings, in no particular order
};

Compilation compile(std::string_view text, const Names& names);

}  // namespace tandem::expression
