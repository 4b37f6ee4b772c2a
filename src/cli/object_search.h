// SPDX-License-Identifier: Apache-2.0
//
// Search Connector Space: the filters that people know, page by page.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/store_view.h"
#include "policy/policy_document.h"

namespace tandem::cli {

enum class ObjectFilter : std::uint8_t {
  kAll,
  kPendingImport,
  kPendingExport,
  kImportError,
  kSynchronizationError,
  kExportError,
  kConnector,     // linked to the metaverse
  kDisconnector,  // not
  kPlaceholder    // referred to, and never seen
};
inline constexpr std::array kObjectFilters{
    policy::Word{"all", ObjectFilter::kAll},
    policy::Word{"pending-import", ObjectFilter::kPendingImport},
    policy::Word{"pending-export", ObjectFilter::kPendingExport},
    policy::Word{"import-error", ObjectFilter::kImportError},
    policy::Word{"synchronization-error", ObjectFilter::kSynchronizationError},
    policy::Word{"export-error", ObjectFilter::kExportError},
    policy::Word{"connector", ObjectFilter::kConnector},
    policy::Word{"disconnector", ObjectFilter::kDisconnector},
    policy::Word{"placeholder", ObjectFilter::kPlaceholder}};

struct ObjectSearch {
  std::string text;       // part of the DN or of a text value, any letter case; empty: any
  std::string attribute;  // text is looked for in this one alone
  std::string type;       // empty: any
  ObjectFilter filter = ObjectFilter::kAll;
  std::int64_t after = 0;  // ids above this one
  std::size_t limit = 50;
};

// Whether a record or a DN holds a text. Folded once, then used for every object.
class TextMatch {
 public:
  // kNotFound: no object has an attribute of that name.
  static Result<TextMatch> make(const StoreView& view, const ObjectSearch& search);
  bool matchesAll() const { return folded_.empty() && !only_; }
  bool inRecord(std::string_view record);
  bool inDn(std::string_view dn);

 private:
  std::string folded_, buffer_;
  std::optional<directory::AttributeId> only_;
};

// A page of objects, ascending by id. take: each that fits. The id to go on behind; none: that was
// all.
Result<std::optional<std::int64_t>> searchSpace(
    const StoreView& view,
    directory::ConnectorId connector,
    const ObjectSearch& search,
    const std::function<void(const store::ObjectView&)>& take);
Result<std::optional<std::int64_t>> searchMetaverse(
    const StoreView& view,
    const ObjectSearch& search,
    const std::function<void(const store::MetaverseRow&)>& take);

// What a list shows as an object's name: displayName, cn or userPrincipalName; empty: none.
std::string nameIn(const StoreView& view, std::string_view record);

}  // namespace tandem::cli
