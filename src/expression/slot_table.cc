// SPDX-License-Identifier: Apache-2.0
#include "expression/slot_table.h"

#include "base/bytes.h"
#include "base/check.h"

namespace tandem::expression {
namespace {

// RecordReader makes a view of every value; this only steps over them, three times as fast, and
// runs for each object of a full synchronization.
class Cursor {
 public:
  explicit Cursor(std::string_view record) : at_(record.data()), end_(at_ + record.size()) {}

  bool atEnd() const { return at_ == end_; }
  const char* position() const { return at_; }

  std::uint32_t varint() {
    TANDEM_CHECK(at_ < end_);
    const auto first = static_cast<unsigned char>(*at_);
    if (first < 0x80) {
      ++at_;
      return first;
    }
    const auto second = static_cast<unsigned char>(at_ + 1 < end_ ? at_[1] : '\xFF');
    if (second < 0x80) {  // ids and lengths from 128 up
      at_ += 2;
      return (first & 0x7FU) | static_cast<std::uint32_t>(second) << 7;
    }
    std::string_view rest(at_, static_cast<std::size_t>(end_ - at_));
    const auto value = readVarint(rest);
    TANDEM_CHECK(value.has_value());
    at_ = rest.data();
    return static_cast<std::uint32_t>(*value);
  }

  unsigned char byte() {
    TANDEM_CHECK(at_ < end_);
    return static_cast<unsigned char>(*at_++);
  }

  void skip(std::size_t bytes) {
    TANDEM_CHECK(bytes <= static_cast<std::size_t>(end_ - at_));
    at_ += bytes;
  }

 private:
  const char* at_;
  const char* end_;
};

}  // namespace

void SlotTable::load(std::string_view record) {
  if (++generation_ == 0) {  // wrapped: slots of 2^32 objects ago would look new
    slots_.clear();
    generation_ = 1;
  }
  Cursor cursor(record);
  while (!cursor.atEnd()) {
    const std::uint32_t id = cursor.varint();
    const unsigned char code = cursor.byte();
    const std::uint32_t count = cursor.varint();
    const char* const start = cursor.position();
    for (std::uint32_t i = 0; i < count; ++i)
      cursor.skip(cursor.varint());
    const auto size = static_cast<std::size_t>(cursor.position() - start);
    if (count == 0) continue;
    if (id >= slots_.size()) slots_.resize(id + 64);
    slots_[id].values = directory::ValuesView(
        static_cast<directory::ValueType>(code & 0x7F), (code & 0x80) != 0, count, {start, size});
    slots_[id].generation = generation_;
  }
}

}  // namespace tandem::expression
