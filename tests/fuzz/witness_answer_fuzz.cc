// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "base/check.h"
#include "pair/witness/etcd_answers.h"
#include "pair/witness/stamped_record.h"
#include "pair/witness/tenant_places.h"

namespace witness = tandem::pair::witness;

// Whatever a witness answers: a record, or none; and a record survives being written again.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* octets, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(octets), size);
  const auto check = [](std::string_view text) {
    if (const auto standbys = tandem::pair::decodeStandbys(text); standbys.ok()) {
      const auto kept =
          tandem::pair::decodeStandbys(tandem::pair::encodeStandbys(standbys.value()));
      TANDEM_CHECK(kept.ok() && kept.value().size() == standbys.value().size());
    }
    const auto stamped = witness::decodeStamped(text);
    if (!stamped.ok()) return;
    const auto again = witness::decodeStamped(witness::encodeStamped(stamped.value()));
    TANDEM_CHECK(again.ok() && again.value().record.epoch == stamped.value().record.epoch);
  };
  check(body);
  if (const auto kept = witness::parseExtension(body)) check(kept->text);
  if (const auto kept = witness::parseGroup(body)) check(kept->text);
  static_cast<void>(witness::saysNotFound(body));
  for (const auto& values : {witness::parseEtcdRange(body), witness::parseEtcdTransaction(body)}) {
    if (!values) continue;
    for (const auto& [key, value] : values->values) {
      TANDEM_CHECK(!key.empty() && value.mod_revision > 0);
      check(value.value);
    }
  }
  if (const auto lease = witness::parseEtcdGrant(body)) TANDEM_CHECK(lease->ttl_seconds > 0);
  if (const auto lease = witness::parseEtcdKeepAlive(body)) TANDEM_CHECK(lease->id != 0);
  if (const auto token = witness::parseEtcdToken(body)) TANDEM_CHECK(!token->empty());
  static_cast<void>(witness::parseEtcdFailure(body));
  return 0;
}
