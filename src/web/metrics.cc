// SPDX-License-Identifier: Apache-2.0
#include "web/metrics.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "web/command_call.h"
#include "web/site.h"

namespace tandem::web {
namespace {

using Json = nlohmann::ordered_json;

// Escapes of a label's value: backslash, quote and line feed.
std::string label(std::string_view name, std::string_view value) {
  std::string text = fmt::format("{}=\"", name);
  for (const char c : value) {
    if (c == '\\' || c == '"') text += '\\';
    text += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return text + '"';
}

class Exposition {
 public:
  void family(std::string_view name, std::string_view help) {
    name_ = fmt::format("tandem_{}", name);
    text_ += fmt::format("# HELP {} {}\n# TYPE {} gauge\n", name_, help, name_);
  }
  void add(double value, const std::vector<std::string>& labels = {}) {
    text_ += labels.empty() ? fmt::format("{} {}\n", name_, value)
                            : fmt::format("{}{{{}}} {}\n", name_, fmt::join(labels, ","), value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string name_, text_;
};

Json jsonOf(Site& site, std::vector<std::string> command) {
  const CommandOutcome outcome = runCommand(site.session(), std::move(command));
  Json json = Json::parse(outcome.document, nullptr, /*allow_exceptions=*/false);
  return json.is_object() ? json : Json::object();
}

// A member of every connector as one family.
void perConnector(Exposition& out,
                  const Json& connectors,
                  std::string_view family,
                  std::string_view help,
                  const std::string& member) {
  out.family(family, help);
  for (const Json& connector : connectors) {
    out.add(connector.value(member, 0.0), {label("connector", connector.value("name", ""))});
  }
}

void pendingExports(Exposition& out, const Json& connectors) {
  out.family("pending_exports", "Objects that wait to be written, by operation");
  for (const Json& connector : connectors) {
    const Json pending = connector.value("pendingExports", Json::object());
    for (const auto& [member, word] : {std::pair("adds", "add"),
                                       std::pair("updates", "update"),
                                       std::pair("deletes", "delete")}) {
      out.add(pending.value(member, 0.0),
              {label("connector", connector.value("name", "")), label("operation", word)});
    }
  }
}

void roleOf(Exposition& out, const Json& status) {
  out.family("role", "1 for the role that this server has");
  for (const char* role : {"staging", "activating", "active", "deactivating"}) {
    out.add(status.value("role", "") == role ? 1 : 0, {label("role", role)});
  }
  out.family("epoch", "Of the right to write, as this server knows it");
  out.add(status.value("epoch", 0.0));
  out.family("days_in_role", "For how many days it has had its role");
  out.add(status.value("daysInRole", 0.0));
  out.family("policy_differs", "1 when the other server has another policy");
  out.add(status.value("policyDiffers", false) ? 1 : 0);
}

}  // namespace

std::string metricsText(Site& site) {
  Exposition out;
  out.family("info", "1, with the version");
  out.add(1, {label("version", TANDEM_VERSION)});
  out.family("operations_running", "Operations that people or the scheduler have under way");
  out.add(static_cast<double>(site.operations().running()));
  out.family("sessions", "People who are signed in to the console");
  out.add(static_cast<double>(site.sessions().count()));
  if (!site.isHome()) return out.take();
  const Json status = jsonOf(site, {"status"});
  roleOf(out, status);
  out.family("metaverse_objects", "Objects of the metaverse");
  out.add(status.value("metaverseObjects", 0.0));
  out.family("problems", "What 'tandem status' names as wrong");
  out.add(static_cast<double>(status.value("problems", Json::array()).size()));
  const Json connectors = status.value("connectors", Json::array());
  perConnector(out, connectors, "objects", "Objects of a connector space", "objects");
  perConnector(
      out, connectors, "to_synchronize", "Imported and not synchronized yet", "toSynchronize");
  perConnector(out, connectors, "object_errors", "Objects with an error", "errors");
  pendingExports(out, connectors);
  return out.take();
}

}  // namespace tandem::web
