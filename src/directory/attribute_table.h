// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tandem::directory {

// An attribute's name as a small integer. Ids are dense, start at 1 and are kept by the store, so a
// record written today reads the same tomorrow. One space of ids serves every connector space and
// the metaverse: `mail` is one attribute wherever it stands.
class AttributeId {
 public:
  constexpr AttributeId() = default;
  constexpr explicit AttributeId(std::uint32_t raw) : raw_(raw) {}
  constexpr std::uint32_t raw() const { return raw_; }
  constexpr bool isValid() const { return raw_ != 0; }
  friend constexpr auto operator<=>(AttributeId, AttributeId) = default;

 private:
  std::uint32_t raw_ = 0;
};

// Names ↔ ids. LDAP compares names without regard to case (RFC 4512, 2.5), so two spellings are one
// attribute; the first spelling seen is the one shown. The same class numbers object types.
// Not thread-safe while interning; lookups by const reference from several threads are.
class NameTable {
 public:
  // The id of the name, given anew when it was not known.
  std::uint32_t intern(std::string_view name);
  // 0 when unknown.
  std::uint32_t find(std::string_view name) const;
  const std::string& name(std::uint32_t id) const;
  std::uint32_t size() const { return static_cast<std::uint32_t>(names_.size()); }

 private:
  std::deque<std::string> names_;                       // names_[id - 1]
  std::unordered_map<std::string, std::uint32_t> ids_;  // by lower-case name
};

class AttributeTable {
 public:
  AttributeId intern(std::string_view name) { return AttributeId(names_.intern(name)); }
  std::optional<AttributeId> find(std::string_view name) const {
    const std::uint32_t id = names_.find(name);
    return id == 0 ? std::nullopt : std::optional(AttributeId(id));
  }
  const std::string& name(AttributeId id) const { return names_.name(id.raw()); }
  // The largest id given so far; ids are 1 … size().
  std::uint32_t size() const { return names_.size(); }

 private:
  NameTable names_;
};

}  // namespace tandem::directory

template <>
struct std::hash<tandem::directory::AttributeId> {
  std::size_t operator()(tandem::directory::AttributeId id) const noexcept { return id.raw(); }
};
