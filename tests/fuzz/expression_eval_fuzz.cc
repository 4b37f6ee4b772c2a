// SPDX-License-Identifier: Apache-2.0
//
// The first line of the input is an expression, the rest the values of the attributes it can name:
// what compiles evaluates to a value or an error, twice the same, whatever the values are, and in
// bounded time: the fuzzer counts a hang as a crash.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "directory/record.h"
#include "expression/program.h"

namespace {

namespace directory = tandem::directory;
namespace expression = tandem::expression;
using directory::AttributeId;
using directory::ValueType;

// [s] and [t] are texts, [n] a number, [b] a boolean, [o] octets, [m] many texts, [r] references.
class SomeNames final : public expression::Names, public expression::References {
 public:
  std::optional<directory::AttributeDefinition> attribute(std::string_view name) const override {
    constexpr std::string_view kNames = "stnbomr";
    constexpr ValueType kTypes[] = {ValueType::kString,
                                    ValueType::kString,
                                    ValueType::kInteger,
                                    ValueType::kBoolean,
                                    ValueType::kBinary,
                                    ValueType::kString,
                                    ValueType::kReference};
    const std::size_t at = name.size() == 1 ? kNames.find(name) : std::string_view::npos;
    if (at == std::string_view::npos) return std::nullopt;
    return directory::AttributeDefinition{
        AttributeId(static_cast<std::uint32_t>(at) + 1), kTypes[at], at >= 5};
  }
  std::string nearestAttribute(std::string_view /*name*/) const override { return {}; }
  std::optional<std::string> parameter(std::string_view name) const override {
    return name == "p" ? std::optional<std::string>("value") : std::nullopt;
  }
  std::string nearestParameter(std::string_view /*name*/) const override { return {}; }
  std::uint32_t count(AttributeId /*attribute*/) const override { return 2; }
  std::vector<std::string> values(AttributeId /*attribute*/, std::size_t /*limit*/) const override {
    return {"CN=a\\,b,DC=x", "CN=\\0ACNF:1"};
  }
};

std::string recordOf(std::string_view values) {
  directory::RecordBuilder record;
  std::int64_t number = 0;
  for (const char c : values.substr(0, 8))
    number = static_cast<std::int64_t>(static_cast<std::uint64_t>(number) << 8 |
                                       static_cast<unsigned char>(c));
  record.addInteger(AttributeId(3), number);
  record.addBoolean(AttributeId(4), number % 2 != 0);
  if (!values.empty()) record.addString(AttributeId(1), values);
  record.add(AttributeId(5), ValueType::kBinary, /*multi=*/false, values);
  while (!values.empty()) {
    const std::size_t end = values.find('\n');
    record.add(AttributeId(6), ValueType::kString, /*multi=*/true, values.substr(0, end));
    if (end == std::string_view::npos) break;
    values.remove_prefix(end + 1);
  }
  return record.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  const SomeNames names;
  const expression::Compilation compiled = expression::compile(input.substr(0, line), names);
  if (!compiled.program) {
    TANDEM_CHECK(!compiled.findings.empty());
    return 0;
  }
  const std::string record =
      recordOf(line == std::string_view::npos ? std::string_view() : input.substr(line + 1));
  expression::SlotTable slots;
  slots.load(record);
  // The same time and dice both times: what differs then differs for another reason.
  expression::Workspace work(
      {[] { return std::int64_t{1'893'456'000}; }, [] { return 0x0123'4567'89AB'CDEFU; }});
  const expression::Source source{&slots, &slots, "CN=Ann,DC=x", &names};
  const expression::Value first = compiled.program->evaluate(source, work);
  const auto kind = first.kind;
  const std::uint32_t count = first.count();
  const std::string error = work.error();
  TANDEM_CHECK(!first.isError() || work.errorPosition().has_value());
  TANDEM_CHECK(error.size() <= expression::kErrorBytesMax + 3);
  if (!first.isError() && kind != expression::Kind::kLink) {
    // What comes back must agree with what the compiler promised.
    TANDEM_CHECK(first.isAbsent() || compiled.program->resultTypes().has(kind));
  }
  work.reset();
  const expression::Value second = compiled.program->evaluate(source, work);
  TANDEM_CHECK(second.kind == kind && second.count() == count && work.error() == error);
  return 0;
}
