// SPDX-License-Identifier: Apache-2.0
#include "store/ordered_rows.h"

#include <string>

namespace tandem::store {
namespace {

// A look-up costs about as much as this many steps.
constexpr std::int64_t kAheadMax = 6;

}  // namespace

const Statement* OrderedRows::find(std::int64_t id) {
  const bool in_gap = is_on_row_ && asked_ <= id && id < at_;
  if (in_gap) return nullptr;
  const bool is_near = is_on_row_ && id >= at_ && id - at_ <= kAheadMax;
  if (is_near) {
    while (is_on_row_ && at_ < id)
      advance();
  } else {
    start(id);
  }
  asked_ = id;
  return is_on_row_ && at_ == id ? &statement_ : nullptr;
}

void OrderedRows::start(std::int64_t id) {
  close();
  statement_.bind(1, id);
  is_open_ = true;
  advance();
}

void OrderedRows::advance() {
  is_on_row_ = statement_.step();
  if (is_on_row_) at_ = statement_.integer(0);
}

void OrderedRows::close() {
  if (is_open_) statement_.reset();
  is_open_ = false;
  is_on_row_ = false;
}

OrderedMetaverse::OrderedMetaverse(Database& database)
    : rows_(database,
            "SELECT id, type, record, lineage FROM mv_object WHERE id >= ?1 ORDER BY id") {}

std::optional<MetaverseRowView> OrderedMetaverse::find(MetaverseObjectId id) {
  const Statement* row = rows_.find(id.raw());
  if (row == nullptr) return std::nullopt;
  return MetaverseRowView{ObjectTypeId(row->integer(1)), row->blob(2), row->blob(3)};
}

OrderedWanted::OrderedWanted(Database& database)
    : rows_(database,
            "SELECT object, image, lineage FROM cs_wanted WHERE object >= ?1 ORDER BY object") {}

std::optional<WantedView> OrderedWanted::find(ConnectorObjectId id) {
  const Statement* row = rows_.find(id.raw());
  if (row == nullptr) return std::nullopt;
  return WantedView{row->blob(1), row->blob(2)};
}

OrderedObjects::OrderedObjects(Database& database)
    : rows_(
          database,
          std::string("SELECT ") + kObjectColumns + " FROM cs_object WHERE id >= ?1 ORDER BY id") {}

std::optional<ObjectView> OrderedObjects::find(ConnectorObjectId id) {
  const Statement* row = rows_.find(id.raw());
  if (row == nullptr) return std::nullopt;
  return objectFrom(*row);
}

}  // namespace tandem::store
