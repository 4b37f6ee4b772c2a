// SPDX-License-Identifier: Apache-2.0
#include "scene.h"

#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdlib.h>

#include "pair/peer_message.h"
#include "place_connector.h"

namespace tandem::simulation {

namespace {

using rules::Direction;
using rules::FlowType;
using rules::LinkType;
using rules::SyncRule;

SyncRule ruleNamed(const std::string& name, int precedence, bool inbound, const std::string& type) {
  SyncRule rule;
  rule.id = fmt::format("00000000-0000-0000-0000-{:012}", precedence);
  rule.name = name;
  rule.precedence = precedence;
  rule.direction = inbound ? Direction::kInbound : Direction::kOutbound;
  const std::string inner = type == "user" ? "person" : type;
  rule.source_type = inbound ? type : inner;
  rule.target_type = inbound ? inner : type;
  return rule;
}

void map(SyncRule& rule, const std::string& target, const std::string& source) {
  rules::AttributeMapping mapping;
  mapping.target = target;
  mapping.source = source;
  if (target == "dn") mapping.flow = FlowType::kExpression;
  rule.mappings.push_back(mapping);
}

std::vector<SyncRule> rulesFor(const std::string& type, int precedence) {
  const std::vector<rules::JoinGroup> join{{{"sourceAnchor", "sourceAnchor", true}}};
  SyncRule in = ruleNamed("In " + type, precedence, true, type);
  in.connector = "corp";
  in.link = LinkType::kProvision;
  map(in, "sourceAnchor", "employeeID");
  SyncRule back = ruleNamed("Back " + type, precedence + 1, true, type);
  back.connector = "entra";
  back.join = join;
  map(back, "cloudAnchor", "cloudAnchor");
  SyncRule out = ruleNamed("Out " + type, precedence + 2, false, type);
  out.connector = "entra";
  out.link = LinkType::kProvision;
  out.join = join;
  out.scope = {{{"sourceAnchor", "ISNOTNULL", ""}}};
  map(out, "dn", "\"CN={\" & [sourceAnchor] & \"}\"");
  map(out, "sourceAnchor", "sourceAnchor");
  if (type == "user") {
    map(in, "mailNickname", "mailNickname");
    map(out, "alias", "mailNickname");
  }
  for (const char* name : {"displayName", type == "user" ? "title" : "member"}) {
    map(in, name, name);
    map(out, name, name);
  }
  return {in, back, out};
}

policy::PolicyDocument makePolicy() {
  policy::PolicyDocument document;
  policy::ConnectorPolicy corp;
  corp.name = "corp";
  corp.id = "11111111-1111-1111-1111-111111111111";
  corp.kind = policy::ConnectorKind::kLdif;
  corp.ldif.folder = "nowhere";
  policy::ConnectorPolicy entra;
  entra.name = "entra";
  entra.id = "22222222-2222-2222-2222-222222222222";
  entra.kind = policy::ConnectorKind::kEntra;
  entra.entra.tenant_id = "sim.onmicrosoft.test";
  entra.entra.client_id = "33333333-3333-3333-3333-333333333333";
  entra.entra.client_secret = "entra";
  document.connectors = {corp, entra};
  document.standard_rules.include = false;
  document.rules = rulesFor("user", 10);
  for (SyncRule& rule : rulesFor("group", 20))
    document.rules.push_back(std::move(rule));
  return document;
}

std::string makeFolder() {
  const bool has_memory = std::filesystem::is_directory("/dev/shm");
  std::string pattern =
      (has_memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) /
      "tandem-simulation-XXXXXX";
  return mkdtemp(pattern.data()) == nullptr ? "" : pattern;
}

}  // namespace

Scene::Scene(std::uint64_t seed, Broken broken)
    : world(seed, broken), tenant(world, directory), folder_(makeFolder()), policy_(makePolicy()) {
  stations_ = {std::make_unique<Station>(world, "a"), std::make_unique<Station>(world, "b")};
}

Scene::~Scene() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Result<void> Scene::setUp() {
  for (const std::unique_ptr<Station>& station : stations_) {
    const bool is_first = station == stations_[0];
    home::NewHome wanted;
    wanted.settings.server_id = fmt::format("{0}{0}{0}{0}{0}{0}{0}{0}-0000-0000-0000-000000000000",
                                            station->machine.name());
    wanted.settings.initial_role =
        is_first ? home::InitialRole::kActive : home::InitialRole::kStaging;
    wanted.policy = policy_;
    station->home.emplace(
        TRY(home::Home::create(folder_ + "/" + station->machine.name(), wanted, {})));
  }
  return {};
}

run::ServerParts Scene::parts(Station& station) {
  run::ServerParts parts;
  parts.clock = &station.machine;
  parts.policy = policy_;
  const auto its_state = [this, &station] { return state(station); };
  parts.make_witness = [this, &station, its_state]() -> Result<std::unique_ptr<pair::Witness>> {
    return std::unique_ptr<pair::Witness>(
        std::make_unique<WorldWitness>(world, station.machine, witness, its_state));
  };
  parts.make_connector =
      [this, &station, its_state](
          const policy::ConnectorPolicy& connector,
          store::Names& names) -> Result<std::unique_ptr<connectors::Connector>> {
    ConnectorParts made;
    made.world = &world;
    made.machine = &station.machine;
    made.place = connector.isSource() ? &directory : &tenant.place();
    made.names = &names;
    made.state = its_state;
    if (!connector.isSource()) {
      made.tenant = &tenant;
      made.imported = [this, &station] { station.tenant_imported_at = world.now; };
    }
    return makePlaceConnector(std::move(made));
  };
  parts.may_commit = [&station] { return station.machine.mayCommit(); };
  return parts;
}

Result<std::unique_ptr<run::Server>> Scene::open(Station& station) {
  return run::Server::open(*station.home, parts(station));
}

pair::PairState Scene::state(Station& station) const {
  auto store = store::Store::openReader(station.home->databasePath());
  return store.ok() ? pair::readPairState(*store.value()) : pair::PairState{};
}

std::optional<pair::SwapMark> Scene::mark(Station& station) const {
  auto store = store::Store::openReader(station.home->databasePath());
  return store.ok() ? pair::readSwapMark(*store.value()) : std::nullopt;
}

std::unique_ptr<pair::Peer> Scene::reach(Station& from, Station& to) {
  return pair::makePeerClient(
      [this, &from, &to](std::string_view request) { return carry(from, to, request); });
}

Result<std::string> Scene::carry(Station& from, Station& to, std::string_view request) {
  const Error cut(ErrorCode::kUnavailable, to.machine.name() + " does not answer");
  const bool is_near = &from == &to;
  const nlohmann::json json = nlohmann::json::parse(request);
  const std::string verb = json.at("verb").get<std::string>();
  if (!world.point(from.machine, fmt::format("asks {} to {}", to.machine.name(), verb))) return cut;
  if (!is_near && !world.is_calm && world.dice.chance(world.faults.cut)) {
    world.say(fmt::format("\"{}\" does not reach {}", verb, to.machine.name()));
    return cut;
  }
  const Machine::Work work(to.machine);
  if (to.machine.isDead()) return cut;
  watchMessage(to, verb, json.value("swap", ""));
  std::string text = answer(to, request);
  if (to.machine.isDead()) return cut;
  if (verb != "report") {
    world.say(fmt::format("{} did \"{}\": {}", to.machine.name(), verb, text.substr(0, 160)));
  }
  if (!is_near && !world.is_calm && world.dice.chance(world.faults.lost_answer)) {
    world.say(fmt::format("{}'s answer to \"{}\" is lost", to.machine.name(), verb));
    return cut;
  }
  if (!world.point(from.machine, "hears from " + to.machine.name())) return cut;
  return text;
}

std::string Scene::answer(Station& to, std::string_view request) {
  run::LocalPeer::Options options;
  options.parts = parts(to);
  run::LocalPeer peer(*to.home, std::move(options));
  const nlohmann::json json = nlohmann::json::parse(request);
  if (world.broken == Broken::kSettle && json.at("verb") == "settle") {
    auto server = open(to);
    auto known = server.ok() ? pair::readSwapMark(server.value()->store()) : std::nullopt;
    if (known) {
      known->step = std::max(known->step, pair::SwapStep::kSettled);
      if (pair::writeSwapMark(server.value()->store(), *known).ok()) {
        return R"({"version":1,"answer":)"
               R"({"runs":[],"failure":"","writesRepeated":0,"writesLost":0}})";
      }
    }
  }
  return pair::answerPeerMessage(peer, request);
}

// A server may release in a swap only when it has seen the tenant since it wrote for the last time.
void Scene::watchMessage(Station& to, const std::string& verb, const std::string& swap) {
  if (verb == "quiesce" && state(to).role == pair::Role::kActive) {
    to.quiesced_swap = swap;
    to.quiesced_at = world.now;
  }
  if (verb != "release" || to.quiesced_swap != swap) return;
  if (state(to).role != pair::Role::kDeactivating || to.tenant_imported_at >= to.quiesced_at)
    return;
  world.violated(to.machine.name() + " releases without having seen what it sent");
}

// What each server believes fits what the witness says.
void Scene::checkRoles() {
  const pair::WitnessRecord& record = witness.record;
  const std::array<pair::PairState, 2> states{state(*stations_[0]), state(*stations_[1])};
  const auto isActive = [](const pair::PairState& one) { return one.role == pair::Role::kActive; };
  if (isActive(states[0]) && isActive(states[1]) && states[0].epoch == states[1].epoch) {
    world.violated(fmt::format("both are active under epoch {}", record.epoch));
  }
  for (std::size_t n = 0; n < 2; ++n) {
    const Station& one = *stations_[n];
    const pair::PairState& mine = states[n];
    const std::string id = std::string(8, one.machine.name()[0]);
    const bool holds = record.holder.rfind(id, 0) == 0 && record.epoch == mine.epoch;
    if (!isActive(mine) || one.was_restored) continue;
    if (mine.epoch > record.epoch || (mine.epoch == record.epoch && !holds)) {
      world.violated(fmt::format("{} is active under epoch {}, which the witness gave to \"{}\"",
                                 one.machine.name(),
                                 mine.epoch,
                                 record.holder));
    }
    if (holds && record.generation > mine.generation) {
      world.violated(fmt::format("{} is behind the witness: generation {} of {}",
                                 one.machine.name(),
                                 mine.generation,
                                 record.generation));
    }
  }
}

void Scene::backUp(Station& station) {
  const std::string from = station.home->databasePath();
  std::error_code error;
  for (const char* end : {"", "-wal"}) {
    std::filesystem::remove(from + ".backup" + end, error);
    std::filesystem::copy_file(from + end, from + ".backup" + end, error);
  }
  station.has_backup = true;
}

void Scene::restore(Station& station) {
  const std::string to = station.home->databasePath();
  std::error_code error;
  for (const char* end : {"", "-wal", "-shm"}) {
    std::filesystem::remove(to + end, error);
    std::filesystem::copy_file(to + ".backup" + end, to + end, error);
  }
  station.was_restored = true;
}

}  // namespace tandem::simulation
