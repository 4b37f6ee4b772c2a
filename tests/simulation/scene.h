// SPDX-License-Identifier: Apache-2.0
//
// The two servers with all that is around them, set up: real homes, stores, engine and protocol;
// the directory, the tenant, the witness and time are the world's.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "home/home.h"
#include "pair/swap.h"
#include "place.h"
#include "run/local_peer.h"
#include "run/server.h"
#include "tenant.h"
#include "world.h"
#include "world_witness.h"

namespace tandem::simulation {

struct Station {
  Station(World& world, const std::string& name) : machine(world, name) {}

  Machine machine;
  std::optional<home::Home> home;
  bool has_backup = false;
  bool was_restored = false;  // since it was last active for certain
  milliseconds tenant_imported_at{-1};
  std::string quiesced_swap;
  milliseconds quiesced_at{0};
};

class Scene {
 public:
  Scene(std::uint64_t seed, Broken broken);
  ~Scene();

  Result<void> setUp();

  Station& station(std::size_t index) { return *stations_[index]; }
  Station& other(const Station& one) { return *stations_[&one == stations_[0].get() ? 1 : 0]; }
  run::ServerParts parts(Station& station);
  Result<std::unique_ptr<run::Server>> open(Station& station);
  // What its store says, whoever works on it.
  pair::PairState state(Station& station) const;
  std::optional<pair::SwapMark> mark(Station& station) const;
  // A server as a command on another machine, or on the same, reaches it.
  std::unique_ptr<pair::Peer> reach(Station& from, Station& to);
  void backUp(Station& station);
  void restore(Station& station);
  void checkRoles();

  World world;
  Place directory;
  Tenant tenant;
  SharedRecord witness;

 private:
  Result<std::string> carry(Station& from, Station& to, std::string_view request);
  std::string answer(Station& to, std::string_view request);
  void watchMessage(Station& to, const std::string& verb, const std::string& swap);

  std::string folder_;
  policy::PolicyDocument policy_;
  std::array<std::unique_ptr<Station>, 2> stations_;
};

}  // namespace tandem::simulation
