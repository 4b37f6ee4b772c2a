// SPDX-License-Identifier: Apache-2.0
#include "pair/peer_json.h"

#include <nlohmann/json.hpp>

namespace tandem::pair {
namespace {

PeerJson toJson(const PairState& state) {
  return {{"role", toString(state.role)},
          {"epoch", state.epoch},
          {"generation", state.generation},
          {"reason", state.reason},
          {"since", state.since},
          {"needsFullImport", state.needs_full_import},
          {"retired", state.is_retired}};
}

PairState stateFrom(const PeerJson& json) {
  PairState state;
  // A role of a later release is one that we must not take for active.
  state.role = parseRole(json.at("role").get<std::string>()).value_or(Role::kStaging);
  state.epoch = json.at("epoch").get<std::uint64_t>();
  state.generation = json.value("generation", std::uint64_t{0});
  state.reason = json.value("reason", "");
  state.since = json.value("since", std::int64_t{0});
  state.needs_full_import = json.value("needsFullImport", false);
  state.is_retired = json.value("retired", false);
  return state;
}

PeerJson toJson(const PeerConnector& connector) {
  return {{"name", connector.name},
          {"objects", connector.objects},
          {"lastImport", connector.last_import},
          {"adds", connector.adds},
          {"updates", connector.updates},
          {"deletes", connector.deletes}};
}

PeerConnector connectorFrom(const PeerJson& json) {
  return {json.at("name").get<std::string>(),
          json.value("objects", std::int64_t{0}),
          json.value("lastImport", std::int64_t{0}),
          json.value("adds", std::int64_t{0}),
          json.value("updates", std::int64_t{0}),
          json.value("deletes", std::int64_t{0})};
}

}  // namespace

PeerJson toJson(const PeerReport& report) {
  PeerJson connectors = PeerJson::array();
  for (const PeerConnector& connector : report.connectors)
    connectors.push_back(toJson(connector));
  PeerJson json{{"id", report.identity.id},
                {"name", report.identity.name},
                {"version", report.version},
                {"state", toJson(report.state)},
                {"policyDigest", report.policy_digest},
                {"now", report.now},
                {"connectors", connectors},
                {"problems", report.problems}};
  if (report.swap) json["swap"] = encodeSwapMark(*report.swap);
  return json;
}

PeerReport reportFrom(const PeerJson& json) {
  PeerReport report;
  report.identity = {json.at("id").get<std::string>(), json.at("name").get<std::string>(), {}};
  report.version = json.value("version", "");
  report.state = stateFrom(json.at("state"));
  report.policy_digest = json.value("policyDigest", "");
  report.now = json.value("now", std::int64_t{0});
  for (const PeerJson& connector : json.value("connectors", PeerJson::array()))
    report.connectors.push_back(connectorFrom(connector));
  report.problems = json.value("problems", std::vector<std::string>());
  if (json.contains("swap")) {
    Result<SwapMark> mark = decodeSwapMark(json.at("swap").get<std::string>());
    if (mark.ok()) report.swap = std::move(mark).value();
  }
  return report;
}

PeerJson toJson(const PeerCycle& cycle) {
  PeerJson runs = PeerJson::array();
  for (const PeerRun& run : cycle.runs) {
    runs.push_back({{"connector", run.connector},
                    {"profile", run.profile},
                    {"result", run.result},
                    {"message", run.message},
                    {"adds", run.adds},
                    {"updates", run.updates},
                    {"deletes", run.deletes}});
  }
  return {{"runs", runs},
          {"failure", cycle.failure},
          {"writesRepeated", cycle.writes_repeated},
          {"writesLost", cycle.writes_lost}};
}

PeerCycle cycleFrom(const PeerJson& json) {
  PeerCycle cycle;
  for (const PeerJson& run : json.at("runs")) {
    cycle.runs.push_back({run.at("connector").get<std::string>(),
                          run.at("profile").get<std::string>(),
                          run.at("result").get<std::string>(),
                          run.value("message", ""),
                          run.value("adds", std::int64_t{0}),
                          run.value("updates", std::int64_t{0}),
                          run.value("deletes", std::int64_t{0})});
  }
  cycle.failure = json.value("failure", "");
  cycle.writes_repeated = json.value("writesRepeated", std::int64_t{0});
  cycle.writes_lost = json.value("writesLost", std::int64_t{0});
  return cycle;
}

std::string dump(const PeerJson& json) {
  return json.dump(-1, ' ', false, PeerJson::error_handler_t::replace);
}

}  // namespace tandem::pair
