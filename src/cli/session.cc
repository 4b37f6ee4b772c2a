// SPDX-License-Identifier: Apache-2.0
#include "cli/session.h"

#include <ostream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace tandem::cli {

ExitCode exitCodeFor(const Error& error) {
  return error.code() == ErrorCode::kStoppedByGuard ? ExitCode::kStoppedByGuard : ExitCode::kFailed;
}

Result<policy::PolicyDocument> Session::openPolicy() const {
  const home::Home home = TRY(openHome());
  return home.usablePolicy();
}

void Session::print(std::string_view text) const {
  *out << text;
  if (!text.empty() && text.back() != '\n') *out << '\n';
}

void Session::printJson(const nlohmann::ordered_json& document) const {
  // Names that a directory holds may be no UTF-8; a listing must not fail for one of them.
  *out << document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
}

void Session::note(std::string_view text) const {
  *err << text;
  if (!text.empty() && text.back() != '\n') *err << '\n';
}

Result<bool> Session::confirm(std::string_view plan) const {
  note(plan);
  if (yes) return true;
  if (!can_ask) {
    return Error(ErrorCode::kInvalidArgument,
                 "this needs a confirmation and there is no terminal to ask at: add --yes");
  }
  const std::string answer = TRY(ask("Go on? [y/N] "));
  return equalsIgnoreCaseAscii(trimAscii(answer), "y") ||
         equalsIgnoreCaseAscii(trimAscii(answer), "yes");
}

}  // namespace tandem::cli
