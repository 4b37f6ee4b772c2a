// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tenant/throttle.h"

namespace tandem::tenant {

// What the command line of tandem-tenant says.
struct Options {
  std::string data;  // folder; empty: in memory
  std::string address = "127.0.0.1";
  std::uint16_t port = 8443;
  std::string port_file;
  std::string tenant_id;
  std::string display_name;
  std::string initial_domain;
  std::vector<std::string> domains;
  std::vector<std::string> names;  // further host names for the certificate
  std::string client_id;
  std::string client_secret_file;
  std::vector<std::string> client_certificate_files;
  std::string profile;  // "graph" or "sync"; empty: sync for a new tenant, else as it was
  ThrottleLimits throttling;
  std::size_t threads = 16;
  std::int64_t token_lifetime = 3599;  // seconds
  std::int64_t quarantine_retry_seconds = 3600;
  bool help = false;
  bool version = false;
};

// kInvalidArgument with what is wrong and what is right.
Result<Options> parseOptions(const std::vector<std::string>& arguments);

std::string helpText();

}  // namespace tandem::tenant
