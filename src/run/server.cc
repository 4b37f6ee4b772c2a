// SPDX-License-Identifier: Apache-2.0
#include "run/server.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/text.h"
#include "platform/signing.h"
#include "policy/policy_check.h"
#include "policy/policy_writer.h"
#include "rules/default_rules.h"
#include "run/connector_factory.h"
#include "run/connector_facts.h"
#include "run/witness_factory.h"

namespace tandem::run {
namespace {

// Names of settings in the store.
constexpr std::string_view kWitnessSeen = "witness_seen";
constexpr std::string_view kWitnessSeenAt = "witness_seen_at";
constexpr std::string_view kStandbysSeen = "standbys_seen";

std::string hostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

}  // namespace

pair::ServerIdentity identityOf(const home::Home& home) {
  return {home.settings().server_id, fmt::format("{}:{}", hostName(), home.folder()), {}};
}

std::string policyDigest(const policy::PolicyDocument& policy) {
  const Hash128 digest = hash128(policy::writePolicy(policy));
  return fmt::format("{:016x}{:016x}", digest.high, digest.low);
}

std::optional<ObservedWitness> observedWitness(store::Store& store) {
  const std::optional<std::string> text = store.setting(kWitnessSeen);
  if (!text) return std::nullopt;
  Result<pair::WitnessRecord> record = pair::decodeRecord(*text);
  if (!record.ok()) return std::nullopt;
  const std::string at = store.setting(kWitnessSeenAt).value_or("0");
  return ObservedWitness{std::move(record).value(), parseInteger(at).value_or(0)};
}

std::vector<pair::Standby> observedStandbys(store::Store& store) {
  Result<std::vector<pair::Standby>> standbys =
      pair::decodeStandbys(store.setting(kStandbysSeen).value_or("[]"));
  return standbys.ok() ? std::move(standbys).value() : std::vector<pair::Standby>();
}

Server::Server(const home::Home& home, ServerParts parts)
    : home_(home),
      parts_(std::move(parts)),
      clock_(parts_.clock != nullptr ? parts_.clock : &system_clock_) {
  now_ = [this] {
    return std::chrono::duration_cast<std::chrono::seconds>(clock_->wallNow().time_since_epoch())
        .count();
  };
}

Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::open(const home::Home& home, ServerParts parts) {
  std::unique_ptr<Server> server(new Server(home, std::move(parts)));
  server->lock_.emplace(TRY(home.lock()));
  server->policy_ = TRY(server->readPolicy());
  server->store_ = TRY_DOING(store::Store::open(home.databasePath(), server->parts_.may_commit),
                             "opening the store");
  TRY(server->openPair());
  TRY(server->openConnectors(/*need_secrets=*/true));
  return server;
}

Result<std::unique_ptr<Server>> Server::openReader(const home::Home& home, ServerParts parts) {
  std::unique_ptr<Server> server(new Server(home, std::move(parts)));
  server->is_reader_ = true;
  server->policy_ = TRY(server->readPolicy());
  auto opened = store::Store::openReader(home.databasePath());
  if (!opened.ok()) {
    return Error(ErrorCode::kNotFound,
                 fmt::format("{} has no store yet: run 'tandem cycle initial' first ({})",
                             home.folder(),
                             opened.error().message()));
  }
  server->store_ = std::move(opened).value();
  TRY(server->openConnectors(/*need_secrets=*/false));
  return server;
}

Result<std::unique_ptr<Server>> Server::openCopy(const home::Home& home,
                                                 std::unique_ptr<store::Store> copy,
                                                 ServerParts parts) {
  std::unique_ptr<Server> server(new Server(home, std::move(parts)));
  server->is_reader_ = true;
  server->policy_ = TRY(server->readPolicy());
  server->store_ = std::move(copy);
  TRY(server->openConnectors(/*need_secrets=*/false));
  return server;
}

Result<policy::PolicyDocument> Server::readPolicy() const {
  if (parts_.policy) return *parts_.policy;
  return home_.usablePolicy();
}

Result<void> Server::openPair() {
  identity_ = identityOf(home_);
  identity_.policy_digest = policyDigest(policy_);
  witness_ =
      TRY_DOING(parts_.make_witness ? parts_.make_witness() : makeWitness(home_, policy_, *clock_),
                "preparing the witness");
  grants_ = std::make_unique<pair::GrantIssuer>(*store_, *witness_, *clock_, identity_);
  member_ = std::make_unique<pair::Member>(*store_, *witness_, *clock_, identity_);
  if (store_->setting("role")) return {};
  pair::PairState first;
  first.since = now();
  first.reason = "as it was set up";
  if (home_.settings().initial_role == home::InitialRole::kActive)
    first.role = pair::Role::kActivating;
  return pair::writePairState(*store_, first);
}

bool Server::hasTarget() const {
  return std::any_of(connectors_.begin(), connectors_.end(), [](const ServerConnector& one) {
    return one.connector->canExport();
  });
}

Result<void> Server::observeStandbys() {
  const std::string standbys = pair::encodeStandbys(grants_->standbys());
  // A cycle in which nothing happens writes nothing.
  if (store_->setting(kStandbysSeen).value_or("[]") == standbys) return {};
  store::Transaction transaction = TRY(store::Transaction::begin(store_->database()));
  store_->setSetting(kStandbysSeen, standbys);
  return transaction.commit();
}

void Server::observeWitness() {
  if (pairState().role == pair::Role::kStaging && !pairState().is_retired) {
    static_cast<void>(witness_->introduce({identity_.id, identity_.name, identity_.policy_digest}));
  }
  const Result<pair::Witnessed> seen = witness_->read();
  if (!seen.ok()) return;
  Result<store::Transaction> transaction = store::Transaction::begin(store_->database());
  if (!transaction.ok()) return;
  store_->setSetting(kWitnessSeen, pair::encodeRecord(seen.value().record));
  store_->setSetting(kWitnessSeenAt, std::to_string(now()));
  static_cast<void>(transaction.value().commit());
}

std::string Server::sourceAnchor() const {
  const std::string& attribute = policy_.source_anchor.attribute;
  return attribute.empty() ? "automatic" : attribute;
}

Result<void> Server::finishClaim() {
  if (pairState().role != pair::Role::kActivating) return {};
  pair::ClaimOptions options;
  options.source_anchor = sourceAnchor();
  return member_->claim(options);
}

Result<void> Server::openConnectors(bool need_secrets) {
  for (const policy::ConnectorPolicy& one : policy_.connectors) {
    ServerConnector connector;
    connector.id = store_->names().connector(one.name);
    connector.policy = &one;
    connector.connector = TRY_DOING(
        parts_.make_connector ? parts_.make_connector(one, store_->names())
                              : makeConnector(one, home_, store_->names(), *clock_, need_secrets),
        fmt::format("connector \"{}\"", one.name));
    connectors_.push_back(std::move(connector));
  }
  return store_->database().takeError();
}

Result<ServerConnector*> Server::findConnector(std::string_view name) {
  ServerConnector* found = nullptr;
  std::string names;
  for (ServerConnector& connector : connectors_) {
    const std::string& its = connector.policy->name;
    if (equalsIgnoreCaseAscii(its, name)) return &connector;
    names += (names.empty() ? "" : ", ") + its;
    if (equalsIgnoreCaseAscii(std::string_view(its).substr(0, name.size()), name) &&
        !name.empty()) {
      found = found == nullptr ? &connector : nullptr;
    }
  }
  if (found != nullptr) return found;
  return Error(ErrorCode::kInvalidArgument,
               fmt::format("there is no connector \"{}\"; the policy has: {}", name, names));
}

Result<ConnectorFacts*> Server::factsOf(ServerConnector& connector) {
  const auto known = facts_.find(connector.id.raw());
  if (known != facts_.end()) return &known->second;
  std::optional<ConnectorFacts> remembered = rememberedFacts(*store_, connector.id);
  if (!remembered) {
    if (is_reader_) {
      remembered.emplace();
    } else {
      TRY(refreshFacts(connector));
      return &facts_[connector.id.raw()];
    }
  }
  return &facts_.emplace(connector.id.raw(), *std::move(remembered)).first->second;
}

Result<void> Server::refreshFacts(ServerConnector& connector) {
  ConnectorFacts facts;
  facts.schema = TRY_DOING(connector.connector->schema(), "reading the schema");
  for (auto& [name, value] :
       TRY_DOING(connector.connector->parameters(), "reading the directory's parameters")) {
    facts.parameters[name] = value;
  }
  TRY(rememberFacts(*store_, connector.id, facts));
  const auto known = facts_.find(connector.id.raw());
  if (known != facts_.end() && known->second == facts) return {};
  facts_[connector.id.raw()] = std::move(facts);
  rules_.reset();  // compiled again, against what the directory says now
  return {};
}

Result<const rules::RuleSet*> Server::rules() {
  if (rules_) return rules_.get();
  rules::CompileContext context;
  context.attributes = &store_->names().attributes();
  context.object_types = &store_->names().objectTypes();
  metaverse_schema_ = rules::metaverseSchema(store_->names().attributes());
  context.metaverse_schema = &metaverse_schema_;
  std::map<std::string, std::string, std::less<>> tenant;
  for (ServerConnector& connector : connectors_) {
    ConnectorFacts* facts = TRY(factsOf(connector));
    completeSchema(*connector.policy, store_->names().attributes(), facts->schema);
    context.connectors.emplace(connector.policy->name, connector.id);
    context.connector_schemas[connector.id] = &facts->schema;
    auto& parameters = context.parameters[connector.id];
    parameters = facts->parameters;
    parameters["Connector.ID"] = connector.policy->id;
    parameters["Connector.Name"] = connector.policy->name;
    if (!connector.isSource()) tenant.insert(facts->parameters.begin(), facts->parameters.end());
  }
  // What the tenant says of itself is of use in every rule: the UPN of people depends on it.
  for (auto& [id, parameters] : context.parameters)
    parameters.insert(tenant.begin(), tenant.end());
  context.rule_id = [this](const rules::SyncRule& rule) {
    return store_->names().rule(rule.id, rule.name);
  };
  const std::vector<rules::SyncRule> all = policy::effectiveRules(policy_);
  Problems problems;
  std::unique_ptr<rules::RuleSet> compiled = rules::RuleSet::compile(all, context, problems);
  if (hasErrors(problems) || compiled == nullptr) {
    return Error(
        ErrorCode::kInvalidArgument,
        "the rules do not fit what the directories have:\n" + home::listProblems(problems));
  }
  rule_warnings_ = std::move(problems);
  rules_ = std::move(compiled);
  if (!is_reader_) {
    store::Transaction transaction = TRY(store::Transaction::begin(store_->database()));
    store_->names().save();
    TRY(transaction.commit());
  }
  return rules_.get();
}

Result<sync::Engine> Server::engine() {
  sync::Engine engine;
  engine.rules = TRY(rules());
  engine.store = store_.get();
  engine.now = now_;
  engine.is_follower = pairState().role == pair::Role::kStaging;
  engine.random = [] {
    std::uint64_t number = 0;
    for (const char byte : platform::randomBytes(sizeof number))
      number = number << 8 | static_cast<unsigned char>(byte);
    return number;
  };
  for (ServerConnector& connector : connectors_) {
    sync::EngineConnector one;
    one.id = connector.id;
    one.name = connector.policy->name;
    // What is never written to has nothing pending. Rules that go out to it do nothing: their
    // values would be read back as if they were on their way, in place of the directory's own.
    const bool is_written_to = connector.connector->canExport();
    if (is_written_to)
      one.stored_values = connector.connector->storedValues(TRY(factsOf(connector))->parameters);
    for (std::uint32_t index = 0; is_written_to && index < engine.rules->size(); ++index) {
      const rules::RuleFacts& rule = engine.rules->rule(index);
      if (rule.connector != connector.id || rule.direction != rules::Direction::kOutbound) continue;
      one.has_outbound_rules = true;
      if (rule.target_type.raw() != 0) {
        one.traits.set(rule.target_type, connector.connector->exportTraits(rule.target_type));
      }
    }
    engine.connectors.push_back(std::move(one));
  }
  return engine;
}

}  // namespace tandem::run
