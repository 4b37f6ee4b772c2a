// SPDX-License-Identifier: Apache-2.0
//
// A server at work: its home, its store, its connectors and the compiled rules that tie them
// together. Commands open one, do their work and let it go.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "connectors/connector.h"
#include "home/home.h"
#include "pair/grant_issuer.h"
#include "pair/member.h"
#include "platform/clock.h"
#include "policy/policy_document.h"
#include "rules/rule_set.h"
#include "run/connector_facts.h"
#include "store/store.h"
#include "sync/engine.h"

namespace tandem::run {

// How a server is known to its partner and to the witness.
pair::ServerIdentity identityOf(const home::Home& home);
std::string policyDigest(const policy::PolicyDocument& policy);

// What the witness said when this server last asked, and when that was.
struct ObservedWitness {
  pair::WitnessRecord record;
  std::int64_t at = 0;  // seconds since 1970
};
std::optional<ObservedWitness> observedWitness(store::Store& store);
// The servers in staging that the active one has last heard of.
std::vector<pair::Standby> observedStandbys(store::Store& store);

// What every part of a server knows of a connector.
struct ServerConnector {
  directory::ConnectorId id;
  const policy::ConnectorPolicy* policy = nullptr;
  std::unique_ptr<connectors::Connector> connector;
  bool isSource() const { return policy->isSource(); }
};

// What a server takes from outside its home. Whatever is left empty is the real thing; a simulation
// gives a world of its own.
struct ServerParts {
  platform::Clock* clock = nullptr;
  std::optional<policy::PolicyDocument> policy;
  std::function<Result<std::unique_ptr<pair::Witness>>()> make_witness;
  std::function<Result<std::unique_ptr<connectors::Connector>>(const policy::ConnectorPolicy&,
                                                               store::Names&)>
      make_connector;
  store::MayCommit may_commit;
};

class Server {
 public:
  // Holds the home's lock: one process works, any number may read beside it.
  static Result<std::unique_ptr<Server>> open(const home::Home& home, ServerParts parts = {});
  // For status, search, show, why: the store as of the last commit, no connector is contacted.
  // kNotFound with advice when the server has never run.
  static Result<std::unique_ptr<Server>> openReader(const home::Home& home, ServerParts parts = {});
  // The same over a private copy of the store, with another policy if parts has one: what the
  // engine does to it stays there.
  static Result<std::unique_ptr<Server>> openCopy(const home::Home& home,
                                                  std::unique_ptr<store::Store> copy,
                                                  ServerParts parts = {});
  ~Server();

  const home::Home& home() const { return home_; }
  const policy::PolicyDocument& policy() const { return policy_; }
  store::Store& store() { return *store_; }
  // The right to write. Not in a reading server.
  pair::GrantIssuer& grants() { return *grants_; }
  pair::Member& member() { return *member_; }
  pair::Witness& witness() { return *witness_; }
  const pair::ServerIdentity& identity() const { return identity_; }
  pair::PairState pairState() { return pair::readPairState(*store_); }
  // A server that was set up to be active claims the right in its first cycle.
  // Without a claim in progress nothing happens.
  Result<void> finishClaim();
  // Reads who may write and keeps it for 'status'; a witness that does not answer changes nothing.
  // A server in staging tells the witness of itself.
  void observeWitness();
  // The active server keeps, for 'status', who is in staging, as its grants have heard.
  Result<void> observeStandbys();
  bool hasTarget() const;  // some connector can be exported to
  // As the witness's record names it: two servers must never use two.
  std::string sourceAnchor() const;
  std::vector<ServerConnector>& connectors() { return connectors_; }
  // By name, any letter case; unique prefixes are accepted. The error lists the names.
  Result<ServerConnector*> findConnector(std::string_view name);

  // The rules, compiled against the schemas and parameters that the directories report. In a
  // reading server those of the last run (kept in the store) are used. Compiled once, on first use.
  Result<const rules::RuleSet*> rules();
  // Asks the directory for its schema and parameters; when they have changed, rules() compiles
  // again.
  Result<void> refreshFacts(ServerConnector& connector);
  // The engine over all this; needs rules().
  Result<sync::Engine> engine();
  const Problems& ruleWarnings() const { return rule_warnings_; }

  std::int64_t now() const { return now_(); }
  const platform::Clock& clock() const { return *clock_; }

 private:
  Server(const home::Home& home, ServerParts parts);
  Result<policy::PolicyDocument> readPolicy() const;
  Result<void> openPair();
  Result<void> openConnectors(bool need_secrets);
  Result<ConnectorFacts*> factsOf(ServerConnector& connector);

  home::Home home_;
  ServerParts parts_;
  std::optional<platform::FileLock> lock_;
  policy::PolicyDocument policy_;
  std::unique_ptr<store::Store> store_;
  pair::ServerIdentity identity_;
  std::unique_ptr<pair::Witness> witness_;
  std::unique_ptr<pair::GrantIssuer> grants_;
  std::unique_ptr<pair::Member> member_;
  std::vector<ServerConnector> connectors_;
  std::map<std::int64_t, ConnectorFacts> facts_;
  bool is_reader_ = false;
  directory::Schema metaverse_schema_;
  std::unique_ptr<rules::RuleSet> rules_;
  Problems rule_warnings_;
  std::function<std::int64_t()> now_;
  platform::SystemClock system_clock_;
  platform::Clock* clock_;
};

}  // namespace tandem::run
