// SPDX-License-Identifier: Apache-2.0
//
// Runs stories of two servers, one a seed; see docs/internals/testing.md.
//   pair_simulation --seeds 1..300            ends with "N passed, N failed, N skipped"
//   pair_simulation --seed 4711 --trace       one story, line by line as it happens
//   pair_simulation --break RULE              leaves a safety rule out, in the story that is
//   directed
//                                             against it: succeeds when that is noticed
//   pair_simulation --seeds 1..50 --break RULE    the same in any story of these
#include <cstdio>
#include <cstring>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "directed.h"
#include "story.h"

namespace {

using tandem::simulation::Broken;
using tandem::simulation::Ending;

struct Options {
  std::uint64_t from = 1, to = 100;
  bool traces = false, has_seeds = false;
  std::string broken;
};

bool read(int count, char** words, Options& options) {
  for (int n = 1; n < count; ++n) {
    const std::string word = words[n];
    const std::string value = n + 1 < count ? words[n + 1] : "";
    if (word == "--trace") {
      options.traces = true;
      continue;
    }
    const std::size_t dots = value.find("..");
    if (word == "--seed" || word == "--seeds") {
      const auto from = tandem::parseInteger(value.substr(0, dots));
      const auto to =
          dots == std::string::npos ? from : tandem::parseInteger(value.substr(dots + 2));
      if (!from || !to) return false;
      options.has_seeds = true;
      options.from = static_cast<std::uint64_t>(*from);
      options.to = static_cast<std::uint64_t>(*to);
    } else if (word == "--break") {
      options.broken = value;
    } else {
      return false;
    }
    ++n;
  }
  return true;
}

// The mutant has to be found by one of the seeds.
int findBroken(const Options& options, Broken broken) {
  for (std::uint64_t seed = options.from; seed <= options.to; ++seed) {
    const Ending ending = tandem::simulation::tell(seed, broken, options.traces);
    if (ending.is_good) continue;
    // A seed that fails with all rules in force proves nothing.
    if (!tandem::simulation::tell(seed, Broken::kNothing, false).is_good) continue;
    fmt::print("without \"{}\": seed {} finds that {}\n", options.broken, seed, ending.failure);
    fmt::print("1 passed, 0 failed, 0 skipped\n");
    return 0;
  }
  fmt::print(
      "without \"{}\": no seed of {}..{} notices it\n", options.broken, options.from, options.to);
  fmt::print("0 passed, 1 failed, 0 skipped\n");
  return 1;
}

// Whoever leaves the rule out has to be found, and nobody else.
int findDirected(const Options& options, Broken broken) {
  constexpr std::uint64_t kSeeds = 10;
  std::uint64_t noticed = 0;
  std::string how;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Ending with = tandem::simulation::tellDirected(broken, false, seed, options.traces);
    if (!with.is_good) {
      fmt::print("with all rules seed {} finds that {}\n", seed, with.failure);
      for (const std::string& line : with.trace)
        fmt::print("  {}\n", line);
      fmt::print("0 passed, 1 failed, 0 skipped\n");
      return 1;
    }
    const Ending without = tandem::simulation::tellDirected(broken, true, seed, options.traces);
    if (without.is_good) continue;
    ++noticed;
    how = without.failure;
  }
  fmt::print("without \"{}\": noticed by {} of {}{}{}\n",
             options.broken,
             noticed,
             kSeeds,
             noticed > 0 ? ": " : "",
             how);
  fmt::print("{} passed, {} failed, 0 skipped\n", noticed > 0 ? 1 : 0, noticed > 0 ? 0 : 1);
  return noticed > 0 ? 0 : 1;
}

int run(const Options& options) {
  std::uint64_t passed = 0, failed = 0;
  for (std::uint64_t seed = options.from; seed <= options.to; ++seed) {
    const Ending ending = tandem::simulation::tell(seed, Broken::kNothing, options.traces);
    if (ending.is_good) {
      ++passed;
      continue;
    }
    ++failed;
    fmt::print(
        "seed {} failed: {}\n  again: build/dev/tests/simulation/pair_simulation --seed {} "
        "--trace\n",
        seed,
        ending.failure,
        seed);
    if (options.traces) continue;
    for (const std::string& line : ending.trace)
      fmt::print("  {}\n", line);
    std::fflush(stdout);
  }
  fmt::print("{} passed, {} failed, 0 skipped\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  Options options;
  if (!read(count, words, options)) {
    fmt::print("use: pair_simulation [--seed N | --seeds FROM..TO] [--trace] [--break RULE]\n");
    return 2;
  }
  if (options.broken.empty()) return run(options);
  const auto broken = tandem::simulation::parseBroken(options.broken);
  if (!broken) {
    fmt::print(
        "there is no rule \"{}\"; there are: lease wait generation take-back release settle\n",
        options.broken);
    return 2;
  }
  return options.has_seeds ? findBroken(options, *broken) : findDirected(options, *broken);
}
