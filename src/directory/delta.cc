// SPDX-License-Identifier: Apache-2.0
#include "directory/delta.h"

#include "directory/record.h"

namespace tandem::directory {

std::string computeDelta(std::string_view before, std::string_view after) {
  if (before == after) return {};
  RecordBuilder delta;
  RecordReader old_reader(before);
  RecordReader new_reader(after);
  auto old_attribute = old_reader.next();
  auto new_attribute = new_reader.next();
  while (old_attribute || new_attribute) {
    if (!new_attribute || (old_attribute && old_attribute->id < new_attribute->id)) {
      const ValuesView& gone = old_attribute->values;
      delta.addCleared(old_attribute->id, gone.type(), gone.isMulti());
      old_attribute = old_reader.next();
    } else if (!old_attribute || new_attribute->id < old_attribute->id) {
      delta.addAll(new_attribute->id, new_attribute->values);
      new_attribute = new_reader.next();
    } else {
      if (!(old_attribute->values == new_attribute->values)) {
        delta.addAll(new_attribute->id, new_attribute->values);
      }
      old_attribute = old_reader.next();
      new_attribute = new_reader.next();
    }
  }
  return delta.finish();
}

bool isEmptyDelta(std::string_view delta) {
  return delta.empty();
}

std::string mergeDeltas(std::string_view first, std::string_view second) {
  RecordBuilder merged;
  RecordReader earlier(first);
  while (const auto attribute = earlier.next()) {
    if (!findAttribute(second, attribute->id)) merged.addFromDelta(*attribute);
  }
  RecordReader later(second);
  while (const auto attribute = later.next())
    merged.addFromDelta(*attribute);
  return merged.finish();
}

std::string applyDelta(std::string_view before, std::string_view delta) {
  if (delta.empty()) return std::string(before);
  RecordBuilder after;
  RecordReader old_reader(before);
  RecordReader change_reader(delta);
  auto old_attribute = old_reader.next();
  auto change = change_reader.next();
  while (old_attribute || change) {
    if (!change || (old_attribute && old_attribute->id < change->id)) {
      after.addAll(old_attribute->id, old_attribute->values);
      old_attribute = old_reader.next();
      continue;
    }
    if (old_attribute && old_attribute->id == change->id) old_attribute = old_reader.next();
    if (!change->values.isEmpty()) after.addAll(change->id, change->values);
    change = change_reader.next();
  }
  return after.finish();
}

}  // namespace tandem::directory
