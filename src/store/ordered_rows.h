// SPDX-License-Identifier: Apache-2.0
//
// Rows by id, for somebody who asks in rising order, as a pass over all objects does. A statement
// walks along with the caller: stepping to the next row costs a fraction of a look-up. Ids that go
// back or jump far are looked up, so every order gives the same answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "store/connector_space.h"
#include "store/database.h"
#include "store/metaverse.h"

namespace tandem::store {

class OrderedRows {
 public:
  // sql: rows ascending by their id, which is column 0 and at least ?1.
  OrderedRows(Database& database, std::string_view sql) : statement_(database, sql) {}

  // nullptr: there is none. Otherwise its columns, as views that are good until the next call.
  const Statement* find(std::int64_t id);
  // Lets go of the reader's view of the store: while a statement is open the write-ahead log cannot
  // be folded into the file, and later calls would not see later commits.
  void close();

 private:
  void start(std::int64_t id);
  void advance();

  Statement statement_;
  bool is_open_ = false;  // a statement that has to be reset
  bool is_on_row_ = false;
  std::int64_t at_ = 0;     // id of the row it is on
  std::int64_t asked_ = 0;  // between this and at_ there is no row
};

struct MetaverseRowView {
  ObjectTypeId type;
  std::string_view record;
  std::string_view lineage;
};

struct WantedView {
  std::string_view image;
  std::string_view lineage;
};

// The three kinds of rows that a full synchronization reads for each object.
class OrderedMetaverse {
 public:
  explicit OrderedMetaverse(Database& database);
  std::optional<MetaverseRowView> find(MetaverseObjectId id);
  void close() { rows_.close(); }

 private:
  OrderedRows rows_;
};

class OrderedWanted {
 public:
  explicit OrderedWanted(Database& database);
  std::optional<WantedView> find(ConnectorObjectId id);
  void close() { rows_.close(); }

 private:
  OrderedRows rows_;
};

class OrderedObjects {
 public:
  explicit OrderedObjects(Database& database);
  std::optional<ObjectView> find(ConnectorObjectId id);
  void close() { rows_.close(); }

 private:
  OrderedRows rows_;
};

}  // namespace tandem::store
