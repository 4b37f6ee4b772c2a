// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "tenant/options.h"

namespace tandem::tenant {

// A whole tenant that serves: opened from its folder, or made at the first start.
class TenantServer {
 public:
  static Result<std::unique_ptr<TenantServer>> start(const Options& options);

  ~TenantServer();
  TenantServer(const TenantServer&) = delete;
  TenantServer& operator=(const TenantServer&) = delete;

  std::uint16_t port() const;
  // What a user needs to know, as lines "name: value".
  std::string announcement() const;

 private:
  struct Parts;
  explicit TenantServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace tandem::tenant
