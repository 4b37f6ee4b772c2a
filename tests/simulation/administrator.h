// SPDX-License-Identifier: Apache-2.0
//
// Who works with the two servers: what the commands do (cli/swap_command.cc,
// cli/staging_command.cc), and what their messages say to do next.
#pragma once

#include <string>

#include "run/runner.h"
#include "scene.h"

namespace tandem::simulation {

class Administrator {
 public:
  explicit Administrator(Scene& scene) : scene_(&scene) {}

  // Both servers set up, with something in the directory. False: that has failed.
  bool begin();
  void changeDirectory();
  void doSomething();
  // Does what the messages say until one server is active and no swap is open. False: a dead end.
  bool makeOneActive();

  Result<void> cycle(Station& station, run::CyclePolicy policy);
  Result<pair::SwapReport> swap(Station& here, bool back);
  Result<void> stagingOn(Station& station);
  Result<void> claim(Station& station, pair::ClaimKind kind);
  Result<void> decommission(Station& station);

 private:
  void addUser();
  void told(const std::string& what, const Result<void>& result);
  void restoreOrBackUp(Station& station);
  bool isSettled(Station& station);
  Result<void> help(Station& station, const std::string& advice);

  Scene* scene_;
  int users_ = 0;
  int titles_ = 0;
};

}  // namespace tandem::simulation
