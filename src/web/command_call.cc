// SPDX-License-Identifier: Apache-2.0
#include "web/command_call.h"

#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/app.h"
#include "web/answer.h"

namespace tandem::web {
namespace {

using Json = nlohmann::ordered_json;

// Passes on to two streams.
class TeeBuffer final : public std::streambuf {
 public:
  TeeBuffer(std::ostream& one, std::ostream& other) : one_(&one), other_(&other) {}

 protected:
  int_type overflow(int_type c) override {
    if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
    const char byte = traits_type::to_char_type(c);
    xsputn(&byte, 1);
    return c;
  }
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    one_->write(text, size);
    other_->write(text, size);
    return size;
  }
  int sync() override {
    other_->flush();
    return 0;
  }

 private:
  std::ostream* one_;
  std::ostream* other_;
};

// The error that --json prints. A command that fails behind its answer prints two documents.
void takeError(CommandOutcome& outcome) {
  const std::size_t last = outcome.document.rfind("\n{\n");
  const std::string text =
      last == std::string::npos ? outcome.document : outcome.document.substr(last + 1);
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_object() && json.contains("error") && json["error"].is_object()) {
    outcome.error_code = json["error"].value("code", "");
    outcome.error = json["error"].value("message", "");
    outcome.document.clear();
  }
}

}  // namespace

std::vector<std::string> commandArguments(const Route& route, const Call& call) {
  std::vector<std::string> arguments = split(route.command, ' ');
  arguments.insert(arguments.end(), route.fixed.begin(), route.fixed.end());
  std::vector<std::string> positional;
  for (const Parameter& parameter : route.parameters) {
    if (parameter.option == "=" || !call.has(parameter.name)) continue;
    const std::string value = call.text(parameter.name);
    if (parameter.option.empty()) {
      positional.push_back(value);
    } else if (parameter.type == ValueType::kList) {
      for (const Json& one : call.json(parameter.name)) {
        arguments.push_back(fmt::format("{}={}", parameter.option, one.get<std::string>()));
      }
    } else if (parameter.type == ValueType::kFlag && parameter.option.ends_with('!')) {
      arguments.push_back(
          fmt::format("{}={}", parameter.option.substr(0, parameter.option.size() - 1), value));
    } else if (parameter.type == ValueType::kFlag) {
      if (value == "true") arguments.emplace_back(parameter.option);
    } else {
      arguments.push_back(fmt::format("{}={}", parameter.option, value));
    }
  }
  if (!positional.empty()) arguments.emplace_back("--");
  arguments.insert(arguments.end(), positional.begin(), positional.end());
  return arguments;
}

CommandOutcome runCommand(cli::Session session,
                          std::vector<std::string> arguments,
                          std::ostream* notes) {
  std::ostringstream out;
  std::ostringstream err;
  std::ostringstream nowhere;
  TeeBuffer tee(err, notes == nullptr ? nowhere : *notes);
  std::ostream both(&tee);
  session.out = &out;
  session.err = &both;
  session.json = true;
  session.yes = true;
  session.is_terminal = session.can_ask = false;
  session.width = 0;
  session.in_service = true;
  arguments.insert(arguments.begin(), {"--json", "--yes"});
  CommandOutcome outcome;
  outcome.code = cli::runTandem(std::move(arguments), session);
  outcome.document = std::move(out).str();
  outcome.notes = std::move(err).str();
  if (outcome.code != cli::ExitCode::kDone) takeError(outcome);
  if (outcome.code == cli::ExitCode::kUsage && outcome.error.empty()) {
    outcome.error_code = toString(ErrorCode::kInvalidArgument);
    outcome.error = std::string(trimAscii(outcome.notes));
    outcome.document.clear();
  }
  return outcome;
}

int statusOf(const CommandOutcome& outcome) {
  if (outcome.isDone()) return 200;
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    if (toString(static_cast<ErrorCode>(code)) == outcome.error_code) {
      return statusOf(static_cast<ErrorCode>(code));
    }
  }
  return 500;
}

platform::ServerResponse commandAnswer(CommandOutcome outcome) {
  if (!outcome.isDone()) {
    // A guard that says no is a 409 as well, but not the caller's mistake: the code tells them
    // apart.
    return errorAnswer(statusOf(outcome), outcome.error_code, outcome.error);
  }
  if (outcome.document.empty()) return jsonAnswer(Json::object());
  return jsonTextAnswer(std::move(outcome.document));
}

}  // namespace tandem::web
