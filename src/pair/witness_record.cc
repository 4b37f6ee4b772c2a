// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "pair/witness.h"

namespace tandem::pair {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
bool take(const Json& json, const char* name, T& field) {
  const auto found = json.find(name);
  if (found == json.end() || found->is_null()) return true;
  if constexpr (std::is_same_v<T, std::string>) {
    if (!found->is_string()) return false;
    field = found->get<std::string>();
  } else {
    if (!found->is_number_integer() ||
        (!found->is_number_unsigned() && found->get<std::int64_t>() < 0)) {
      return false;
    }
    field = found->get<T>();
  }
  return true;
}

}  // namespace

std::string encodeRecord(const WitnessRecord& record) {
  Json json{{"epoch", record.epoch},
            {"holder", record.holder},
            {"holderName", record.holder_name},
            {"successor", record.successor},
            {"generation", record.generation},
            {"since", record.since},
            {"policyDigest", record.policy_digest},
            {"sourceAnchor", record.source_anchor},
            {"retired", record.retired}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<WitnessRecord> decodeRecord(std::string_view text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  WitnessRecord record;
  bool good = json.is_object() && take(json, "epoch", record.epoch) &&
              take(json, "holder", record.holder) && take(json, "holderName", record.holder_name) &&
              take(json, "successor", record.successor) &&
              take(json, "generation", record.generation) && take(json, "since", record.since) &&
              take(json, "policyDigest", record.policy_digest) &&
              take(json, "sourceAnchor", record.source_anchor);
  if (good && json.contains("retired")) {
    good = json["retired"].is_array();
    for (const Json& id : json["retired"]) {
      good = good && id.is_string();
      if (good) record.retired.push_back(id.get<std::string>());
    }
  }
  if (!good) {
    return Error(ErrorCode::kCorruption,
                 "the witness's record is none of Tandem's: somebody else has written it. Look at "
                 "it, and remove it if no server is active; the next one to become active writes "
                 "it anew");
  }
  return record;
}

std::string encodeStandbys(const std::vector<Standby>& standbys) {
  Json list = Json::array();
  for (const Standby& one : standbys) {
    list.push_back({{"id", one.id}, {"name", one.name}, {"policyDigest", one.policy_digest}});
  }
  return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::vector<Standby>> decodeStandbys(std::string_view text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  std::vector<Standby> standbys;
  bool good = json.is_array();
  if (good) {
    for (const Json& one : json) {
      Standby standby;
      good = good && one.is_object() && take(one, "id", standby.id) &&
             take(one, "name", standby.name) && take(one, "policyDigest", standby.policy_digest);
      standbys.push_back(std::move(standby));
    }
  }
  if (!good) return Error(ErrorCode::kCorruption, "these are no servers in staging");
  return standbys;
}

}  // namespace tandem::pair
