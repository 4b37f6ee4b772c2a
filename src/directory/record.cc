// SPDX-License-Identifier: Apache-2.0
#include "directory/record.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"

namespace tandem::directory {
namespace {

constexpr unsigned char kMultiFlag = 0x80;

// Records in memory are trusted, so this reads without bounds beyond the view's own.
std::uint64_t takeVarint(std::string_view& in) {
  const auto first = static_cast<unsigned char>(in.empty() ? 0 : in.front());
  if (first < 0x80 && !in.empty()) {
    in.remove_prefix(1);
    return first;
  }
  const std::optional<std::uint64_t> value = readVarint(in);
  TANDEM_CHECK(value.has_value());
  return *value;
}

std::string_view takeValue(std::string_view& in) {
  const auto length = static_cast<std::size_t>(takeVarint(in));
  TANDEM_CHECK(length <= in.size());
  const std::string_view value = in.substr(0, length);
  in.remove_prefix(length);
  return value;
}

bool isKnownType(unsigned char code) {
  return code >= 1 && code <= 5;
}

}  // namespace

ValuesView::Iterator::Iterator(std::string_view rest, std::uint32_t left)
    : rest_(rest), left_(left) {
  if (left_ > 0) value_ = takeValue(rest_);
}

ValuesView::Iterator& ValuesView::Iterator::operator++() {
  --left_;
  if (left_ > 0) value_ = takeValue(rest_);
  return *this;
}

std::optional<AttributeView> RecordReader::next() {
  if (rest_.empty()) return std::nullopt;
  const auto id = static_cast<std::uint32_t>(takeVarint(rest_));
  TANDEM_CHECK(!rest_.empty());
  const auto code = static_cast<unsigned char>(rest_.front());
  rest_.remove_prefix(1);
  const auto count = static_cast<std::uint32_t>(takeVarint(rest_));
  const std::string_view start = rest_;
  for (std::uint32_t i = 0; i < count; ++i)
    takeValue(rest_);
  const std::string_view encoded = start.substr(0, start.size() - rest_.size());
  const auto type = static_cast<ValueType>(code & 0x7F);
  return AttributeView{AttributeId(id), ValuesView(type, (code & kMultiFlag) != 0, count, encoded)};
}

std::optional<ValuesView> findAttribute(std::string_view record, AttributeId id) {
  RecordReader reader(record);
  while (const std::optional<AttributeView> attribute = reader.next()) {
    if (attribute->id == id) return attribute->values;
    if (attribute->id > id) return std::nullopt;
  }
  return std::nullopt;
}

bool isWellFormed(std::string_view record) {
  std::uint64_t last = 0;
  while (!record.empty()) {
    const std::optional<std::uint64_t> id = readVarint(record);
    if (!id || *id <= last || *id > 0xFFFFFFFFULL || record.empty()) return false;
    last = *id;
    if (!isKnownType(static_cast<unsigned char>(record.front()) & 0x7F)) return false;
    const auto type = static_cast<ValueType>(static_cast<unsigned char>(record.front()) & 0x7F);
    record.remove_prefix(1);
    const std::optional<std::uint64_t> count = readVarint(record);
    if (!count || *count > record.size()) return false;
    for (std::uint64_t i = 0; i < *count; ++i) {
      const std::optional<std::uint64_t> length = readVarint(record);
      if (!length || *length > record.size()) return false;
      if (type == ValueType::kInteger && *length != 8) return false;
      record.remove_prefix(static_cast<std::size_t>(*length));
    }
  }
  return true;
}

void RecordBuilder::clear() {
  attributes_.clear();
  arena_.clear();
}

void RecordBuilder::add(AttributeId id, ValueType type, bool multi, std::string_view value) {
  attributes_.push_back({id,
                         type,
                         multi,
                         static_cast<std::uint32_t>(arena_.size()),
                         static_cast<std::uint32_t>(value.size()),
                         /*cleared=*/false});
  arena_.append(value);
}

void RecordBuilder::addInteger(AttributeId id, std::int64_t value) {
  add(id, ValueType::kInteger, /*multi=*/false, encodeInteger(value));
}

void RecordBuilder::addAll(AttributeId id, const ValuesView& values) {
  for (const std::string_view value : values)
    add(id, values.type(), values.isMulti(), value);
}

void RecordBuilder::addFromDelta(const AttributeView& attribute) {
  if (attribute.values.isEmpty()) {
    addCleared(attribute.id, attribute.values.type(), attribute.values.isMulti());
  } else {
    addAll(attribute.id, attribute.values);
  }
}

void RecordBuilder::addCleared(AttributeId id, ValueType type, bool multi) {
  attributes_.push_back({id, type, multi, 0, 0, /*cleared=*/true});
}

std::string RecordBuilder::finish() {
  std::string out;
  finishInto(out);
  return out;
}

void RecordBuilder::finishInto(std::string& out) {
  out.clear();
  // Of small ids and short values the heads are three bytes and one.
  out.reserve(arena_.size() + attributes_.size() * 4 + 8);
  const auto before = [this](const Entry& a, const Entry& b) {
    return a.id != b.id ? a.id < b.id : bytesOf(a) < bytesOf(b);
  };
  if (!std::is_sorted(attributes_.begin(), attributes_.end(), before)) {
    std::sort(attributes_.begin(), attributes_.end(), before);
  }
  for (std::size_t i = 0; i < attributes_.size();) {
    std::size_t end = i;
    bool multi = false;
    std::uint32_t count = 0;
    for (; end < attributes_.size() && attributes_[end].id == attributes_[i].id; ++end) {
      multi = multi || attributes_[end].multi;
      const bool repeat = end > i && bytesOf(attributes_[end]) == bytesOf(attributes_[end - 1]);
      if (!attributes_[end].cleared && !(repeat && !attributes_[end - 1].cleared)) ++count;
    }
    appendVarint(out, attributes_[i].id.raw());
    const auto code = static_cast<unsigned char>(attributes_[i].type);
    out += static_cast<char>(multi || count > 1 ? code | kMultiFlag : code);
    appendVarint(out, count);
    for (std::size_t k = i; k < end; ++k) {
      const std::string_view value = bytesOf(attributes_[k]);
      const bool repeat =
          k > i && !attributes_[k - 1].cleared && value == bytesOf(attributes_[k - 1]);
      if (attributes_[k].cleared || repeat) continue;
      appendVarint(out, value.size());
      out.append(value);
    }
    i = end;
  }
}

}  // namespace tandem::directory
