// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>

#include "tenant/counters.h"
#include "tenant/directory.h"
#include "tenant/faults.h"
#include "tenant/settings.h"
#include "tenant/store.h"
#include "tenant/throttle.h"

namespace tandem::tenant {

// An open extension of the organization object: free JSON under a name.
struct OpenExtension {
  std::string name;
  std::string fields;  // a JSON object, without id and extensionName
  std::uint64_t version = 1;
};

// The state that all requests share. `mutex` guards settings, directory and extensions: shared
// for reading, alone for writing. Faults, throttle and counters guard themselves.
struct Tenant {
  Tenant(std::unique_ptr<Store> opened, ThrottleLimits limits)
      : store(std::move(opened)), directory(*store), throttle(limits) {}

  // Settings and extensions from the store, then the objects. False in `found`: a new tenant.
  Result<bool> load();
  void saveSettings();  // with the lock
  void saveExtension(const OpenExtension& extension);
  void removeExtension(const std::string& name);

  std::unique_ptr<Store> store;
  TenantSettings settings;
  Directory directory;
  std::map<std::string, OpenExtension> extensions;
  Throttle throttle;
  Faults faults;
  Counters counters;
  std::shared_mutex mutex;
};

}  // namespace tandem::tenant
