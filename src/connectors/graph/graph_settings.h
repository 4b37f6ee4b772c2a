// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace tandem::connectors::graph {

// What the tenant lets this application write.
enum class GraphProfile : std::uint8_t {
  kGraph,  // public Microsoft Graph: makes cloud-mastered objects that carry our anchor
  // Only tandem-tenant grants this, by its own synchronization permission: the on-premises columns,
  // proxy addresses and contacts too. Microsoft's public API has nothing of the kind.
  kSync,
};

// Plain data: policy fills it. Secrets come in resolved and are never written anywhere.
struct GraphSettings {
  std::string base_url = "https://graph.microsoft.com/v1.0";
  std::string login_url = "https://login.microsoftonline.com";
  std::string token_url;  // instead of <login_url>/<tenant>/oauth2/v2.0/token
  std::string scope = "https://graph.microsoft.com/.default";
  std::string tenant;     // GUID or a verified domain
  std::string client_id;  // GUID of the app registration
  // Either a secret, or a certificate (PEM) with its RSA key (PEM), which is the better of the two.
  std::string client_secret;
  std::string certificate_pem;
  std::string private_key_pem;

  std::string ca_file;               // PEM; empty: the system's
  std::optional<std::string> proxy;  // absent: as the environment says
  GraphProfile profile = GraphProfile::kGraph;

  std::size_t batch_size = 20;  // requests in a $batch; Graph takes no more than 20
  std::size_t bind_size = 20;   // members in one PATCH; Graph takes no more than 20
  std::size_t page_size = 999;  // $top; Graph takes no more than 999
  std::size_t concurrency_min = 2;
  std::size_t concurrency_max = 32;  // batches in flight
  std::chrono::seconds request_timeout{120};
};

}  // namespace tandem::connectors::graph
