// SPDX-License-Identifier: Apache-2.0
#include "directed.h"

#include <functional>
#include <string>
#include <utility>

#include "administrator.h"
#include "scene.h"

namespace tandem::simulation {

using pair::ClaimKind;
using pair::Role;
using run::CyclePolicy;

namespace {

class Directed {
 public:
  Directed(std::uint64_t seed, Broken broken)
      : scene(seed, broken),
        admin_(scene),
        world_(scene.world),
        old_(scene.station(0)),
        new_(scene.station(1)) {}

  void tell(Broken rule) {
    if (!admin_.begin()) return;
    world_.is_calm = false;  // all faults are at 0: what goes wrong is said below
    change();
    switch (rule) {
      case Broken::kNothing:
        break;
      case Broken::kLease:
        sleepInAnExport();
        break;
      case Broken::kWait:
        failOverUnderAWrite();
        break;
      case Broken::kGeneration:
        restoreInSecret();
        break;
      case Broken::kTakeBack:
        takeBackBeforeTheRelease();
        break;
      case Broken::kRelease:
        releaseUnderAWrite();
        break;
      case Broken::kSettle:
        report("swap", admin_.swap(old_, false));
        break;
    }
    world_.watch = nullptr;
    world_.advance(kLeaseLength);  // what is under way arrives
    scene.checkRoles();
  }

  Scene scene;

 private:
  void change() {
    for (int n = 0; n < 3; ++n)
      admin_.changeDirectory();
  }
  template <class T>
  void report(const std::string& what, const Result<T>& result) {
    world_.say(what + ": " + (result.ok() ? "done" : result.error().message()));
  }
  // At this station's next point of that name.
  void once(Station& station, const std::string& what, std::function<void()> then) {
    world_.watch = [this, &station, what, then = std::move(then)](Machine& machine,
                                                                  const std::string& point) {
      if (&machine != &station.machine || point != what) return;
      const std::function<void()> now = then;  // it may set another watch
      world_.watch = nullptr;
      now();
    };
  }
  void failOver() {
    ++world_.depth;
    report("failover", admin_.claim(new_, ClaimKind::kReplace));
    report("the new server's cycle", admin_.cycle(new_, CyclePolicy::kDelta));
    --world_.depth;
  }

  // In front of its next write the old server's machine sleeps, and is replaced meanwhile.
  void sleepInAnExport() {
    once(old_, "is about to write", [this] {
      world_.say("a sleeps");
      const milliseconds before = world_.now;
      failOver();
      old_.machine.slept(world_.now - before);
      world_.say("a wakes up");
    });
    report("the old server's cycle", admin_.cycle(old_, CyclePolicy::kDelta));
  }

  // A write of the old server is on its way while it is replaced.
  void failOverUnderAWrite() {
    once(old_, "is about to write", [this] {
      world_.faults.late = 1;
      once(old_, "waits for an answer", [this] {
        world_.faults.late = 0;
        failOver();
      });
    });
    report("the old server's cycle", admin_.cycle(old_, CyclePolicy::kDelta));
  }

  // The old server's disk is that of an hour ago, and it goes on as if nothing had been.
  void restoreInSecret() {
    report("cycle", admin_.cycle(old_, CyclePolicy::kDelta));
    scene.backUp(old_);
    for (int n = 0; n < 2; ++n) {
      change();
      report("cycle", admin_.cycle(old_, CyclePolicy::kDelta));
    }
    scene.restore(old_);
    change();
    report("cycle", admin_.cycle(old_, CyclePolicy::kDelta));
  }

  // The witness hears of a release when it has been taken back.
  void takeBackBeforeTheRelease() {
    world_.watch = [this](Machine& machine, const std::string& point) {
      const bool is_release = &machine == &old_.machine && point == "tells the witness" &&
                              scene.state(old_).role == Role::kDeactivating;
      if (is_release) world_.faults.late = 1;
    };
    report("swap", admin_.swap(old_, false));
    world_.watch = nullptr;
    world_.faults.late = 0;
    report("swap --back", admin_.swap(old_, true));
  }

  // The process that has sent a write is killed; another one gives the right away.
  void releaseUnderAWrite() {
    once(old_, "is about to write", [this] {
      world_.faults.late = 1;
      once(old_, "waits for an answer", [this] {
        world_.faults.late = 0;
        world_.say("a is killed");
        old_.machine.kill();
      });
    });
    report("the old server's cycle", admin_.cycle(old_, CyclePolicy::kDelta));
    report("swap", admin_.swap(new_, false));
  }

  Administrator admin_;
  World& world_;
  Station& old_;
  Station& new_;
};

}  // namespace

Ending tellDirected(Broken rule, bool leaves_out, std::uint64_t seed, bool prints) {
  Directed story(seed, leaves_out ? rule : Broken::kNothing);
  story.scene.world.prints = prints;
  story.tell(rule);
  return endingOf(story.scene.world);
}

}  // namespace tandem::simulation
