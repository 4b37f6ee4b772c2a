// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.h"
#include "directory/dn.h"
#include "expression/function.h"

namespace tandem::expression {
namespace {

constexpr Parameter kName{"name", types::kReference | types::kString};
constexpr Parameter kNumber{"number", types::kInteger};

// The end of the RDN at the start: an unescaped comma, or the end of the text.
std::size_t endOfRdn(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == ',') {
      return i;
    }
  }
  return text.size();
}

std::int64_t countRdns(std::string_view text) {
  std::int64_t count = 0;
  while (!text.empty()) {
    ++count;
    const std::size_t end = endOfRdn(text);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return count;
}

// RDN number `number` from the left (from 1), or empty.
std::string_view rdnAt(std::string_view text, std::int64_t number) {
  while (!text.empty()) {
    const std::size_t end = endOfRdn(text);
    if (--number == 0) return trimAscii(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

// What stands after the '=', with its escapes: rules look for "\0ACNF:" in it.
Value valueOfRdn(std::string_view rdn) {
  const std::size_t equal = rdn.find('=');
  return Value::text(equal == std::string_view::npos ? rdn : rdn.substr(equal + 1));
}

Value component(std::span<const Value> arguments, Workspace& /*work*/) {
  if (arguments[1].number < 1) return Value::text("");
  return valueOfRdn(rdnAt(arguments[0].view(), arguments[1].number));
}

bool isDomainComponent(std::string_view rdn) {
  return equalsIgnoreCaseAscii(rdn.substr(0, 3), "DC=");
}

Value componentFromRight(std::span<const Value> arguments, Workspace& work) {
  const std::string_view name = arguments[0].view();
  std::int64_t last = countRdns(name);
  if (arguments.size() > 2) {
    if (!equalsIgnoreCaseAscii(arguments[2].view(), "DC")) {
      return work.fail("DNComponentRev: the option is \"DC\"");
    }
    while (last > 0 && isDomainComponent(rdnAt(name, last)))
      --last;
  }
  const std::int64_t number = last - arguments[1].number + 1;
  if (arguments[1].number < 1 || number < 1) return Value::text("");
  return valueOfRdn(rdnAt(name, number));
}

Value escapeComponent(std::span<const Value> arguments, Workspace& work) {
  return Value::text(work.arena.copy(directory::escapeRdnValue(arguments[0].view())));
}

const Function kFunctions[] = {
    {.name = "DNComponent",
     .signature = "str DNComponent(ref name, num number)",
     .summary = "The value of an RDN, counted from the left: of CN=Joe,OU=x number 1 is Joe. "
                "Escapes stay as they are written.",
     .parameters = {kName, kNumber},
     .required = 2,
     .allowed = 2,
     .returns = types::kString,
     .evaluate = component},
    {.name = "DNComponentRev",
     .signature = "str DNComponentRev(ref name, num number[, str option])",
     .summary = "The value of an RDN, counted from the right; the option \"DC\" leaves out the DC= "
                "components.",
     .parameters = {kName, kNumber, Parameter{"option", types::kString}},
     .required = 2,
     .allowed = 3,
     .returns = types::kString,
     .evaluate = componentFromRight},
    {.name = "EscapeDNComponent",
     .signature = "str EscapeDNComponent(str text)",
     .summary = "The text escaped so that it can stand in a distinguished name.",
     .parameters = {Parameter{"text", types::kString}},
     .required = 1,
     .allowed = 1,
     .returns = types::kString,
     .evaluate = escapeComponent},
};

}  // namespace

std::span<const Function> directoryFunctions() {
  return kFunctions;
}

}  // namespace tandem::expression
