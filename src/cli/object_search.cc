// SPDX-License-Identifier: Apache-2.0
#include "cli/object_search.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"
#include "cli/object_text.h"

namespace tandem::cli {
namespace {

using directory::ConnectorId;
using directory::ConnectorObjectId;

// Whether an object is one that the filter asks for.
class FilterTest {
 public:
  FilterTest(const StoreView& view, ObjectFilter filter) : store_(&view.store()), filter_(filter) {}

  bool fits(const store::ObjectView& object) const {
    switch (filter_) {
      case ObjectFilter::kAll:
        return true;
      case ObjectFilter::kPendingImport:
        return store_->space().pendingImport(object.id) != 0;
      case ObjectFilter::kPendingExport:
        return store_->exports().pending(object.id).has_value();
      case ObjectFilter::kImportError:
        return hasError(object.id, store::ErrorPhase::kImport);
      case ObjectFilter::kSynchronizationError:
        return hasError(object.id, store::ErrorPhase::kSynchronization);
      case ObjectFilter::kExportError:
        return hasError(object.id, store::ErrorPhase::kExport);
      case ObjectFilter::kConnector:
        return store_->metaverse().linkOf(object.id).has_value();
      case ObjectFilter::kDisconnector:
        return !store_->metaverse().linkOf(object.id);
      case ObjectFilter::kPlaceholder:
        return (object.state & store::ObjectState::kPlaceholder) != 0;
    }
    return false;
  }

 private:
  bool hasError(ConnectorObjectId id, store::ErrorPhase phase) const {
    const std::vector<store::ObjectError> errors = store_->history().errorsOf(id);
    return std::any_of(errors.begin(), errors.end(), [&](const store::ObjectError& error) {
      return error.phase == phase;
    });
  }

  store::Store* store_;
  ObjectFilter filter_;
};

bool isOfType(const StoreView& view, directory::ObjectTypeId type, const std::string& wanted) {
  return wanted.empty() || equalsIgnoreCaseAscii(view.typeName(type), wanted);
}

}  // namespace

Result<TextMatch> TextMatch::make(const StoreView& view, const ObjectSearch& search) {
  TextMatch match;
  match.folded_ = foldCase(search.text);
  if (search.attribute.empty()) return match;
  match.only_ = view.store().names().attributes().find(search.attribute);
  if (match.only_) return match;
  return Error(ErrorCode::kNotFound,
               fmt::format("no object has an attribute \"{}\"", search.attribute));
}

bool TextMatch::inRecord(std::string_view record) {
  directory::RecordReader reader(record);
  while (const auto attribute = reader.next()) {
    if (only_ && *only_ != attribute->id) continue;
    if (only_ && folded_.empty()) return true;  // it has the attribute
    if (attribute->values.type() != directory::ValueType::kString) continue;
    for (const std::string_view value : attribute->values) {
      foldCaseInto(value, buffer_);
      if (buffer_.find(folded_) != std::string::npos) return true;
    }
  }
  return false;
}

bool TextMatch::inDn(std::string_view dn) {
  if (only_) return false;
  foldCaseInto(dn, buffer_);
  return buffer_.find(folded_) != std::string::npos;
}

Result<std::optional<std::int64_t>> searchSpace(
    const StoreView& view,
    ConnectorId connector,
    const ObjectSearch& search,
    const std::function<void(const store::ObjectView&)>& take) {
  constexpr std::int64_t kBlock = 2000;  // ids; so that a page ends early
  TextMatch match = TRY(TextMatch::make(view, search));
  const FilterTest filter(view, search.filter);
  store::ConnectorSpace& space = view.store().space();
  const std::int64_t last = space.maxId();
  std::size_t found = 0;
  std::optional<std::int64_t> next;
  for (std::int64_t from = search.after + 1; !next && from <= last; from += kBlock) {
    space.scan(connector,
               ConnectorObjectId(from),
               ConnectorObjectId(from + kBlock - 1),
               [&](const store::ObjectView& object) {
                 if (next || !isOfType(view, object.type, search.type)) return;
                 const bool holds =
                     match.matchesAll() || match.inDn(object.dn) || match.inRecord(object.image);
                 if (!holds || !filter.fits(object)) return;
                 take(object);
                 if (++found == search.limit) next = object.id.raw();
               });
  }
  return next;
}

Result<std::optional<std::int64_t>> searchMetaverse(
    const StoreView& view,
    const ObjectSearch& search,
    const std::function<void(const store::MetaverseRow&)>& take) {
  TextMatch match = TRY(TextMatch::make(view, search));
  std::size_t found = 0;
  std::optional<std::int64_t> next;
  view.store().metaverse().scan(directory::MetaverseObjectId(search.after),
                                [&](const store::MetaverseRow& row) {
                                  if (!isOfType(view, row.type, search.type)) return true;
                                  if (!match.matchesAll() && !match.inRecord(row.record))
                                    return true;
                                  take(row);
                                  if (++found == search.limit) next = row.id.raw();
                                  return !next;
                                });
  return next;
}

std::string nameIn(const StoreView& view, std::string_view record) {
  for (const char* name : {"displayName", "cn", "userPrincipalName"}) {
    const auto id = view.store().names().attributes().find(name);
    const auto values = id ? directory::findAttribute(record, *id) : std::nullopt;
    if (values && !values->isEmpty()) return valuesText(name, *values, 1);
  }
  return {};
}

}  // namespace tandem::cli
