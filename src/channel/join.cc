// SPDX-License-Identifier: Apache-2.0
#include "channel/join.h"

#include "base/bytes.h"
#include "channel/pairing_messages.h"
#include "channel/transport.h"
#include "platform/signing.h"

namespace tandem::channel {

Result<Partner> join(const JoinRequest& request, std::int64_t now, const JoinExchange& exchange) {
  const Identity& identity = request.identity;
  const Party me{identity.server_id,
                 identity.name,
                 request.own_url,
                 identity.fingerprint,
                 platform::randomBytes(kNonceBytes)};
  const std::string greeting = TRY(exchange(kJoinStartPath, encodeParty(me, "")));
  Party inviter = TRY(decodeParty(greeting)).party;
  if (inviter.server_id == me.server_id) {
    return Error(ErrorCode::kInvalidArgument,
                 "a server cannot be its own partner, nor can a copy of its home folder");
  }
  inviter.fingerprint =
      toHex(TRY(platform::certificateThumbprints(request.inviter_certificate)).sha256);
  const std::string proof = proofOf(request.code_key, Side::kJoiner, inviter, me);
  const std::string answer = TRY(exchange(kJoinProvePath, encodeParty(me, proof)));
  const std::string expected = proofOf(request.code_key, Side::kInviter, inviter, me);
  if (!platform::equalsConstantTime(expected, TRY(decodeParty(answer)).proof)) {
    return Error(ErrorCode::kUnauthenticated,
                 "the other server has not proved that it knows the code: somebody stands between "
                 "the two servers. Nothing was stored; find out who answers at that address before "
                 "you try again");
  }
  return Partner{inviter.server_id,
                 inviter.name,
                 request.inviter_url,
                 request.inviter_certificate,
                 inviter.fingerprint,
                 identity.fingerprint,
                 now};
}

}  // namespace tandem::channel
