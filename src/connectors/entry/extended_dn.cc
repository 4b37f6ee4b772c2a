// SPDX-License-Identifier: Apache-2.0
//
// [MS-ADTS] 3.1.1.3.4.1.5, LDAP_SERVER_EXTENDED_DN_OID: the GUID comes as text or as hex octets.
#include "base/bytes.h"
#include "base/text.h"
#include "connectors/entry/entry_reader.h"
#include "directory/guid.h"

namespace tandem::connectors::entry {

std::optional<std::string> guidBytes(std::string_view value, bool big_endian) {
  if (value.size() == 16) return std::string(value);
  const std::optional<directory::Guid> guid = big_endian
                                                  ? directory::Guid::parseBigEndian(value)
                                                  : directory::Guid::parseActiveDirectory(value);
  if (!guid) return std::nullopt;
  return std::string(guid->bytes());
}

ExtendedDn splitExtendedDn(std::string_view text) {
  ExtendedDn result;
  result.dn = text;
  while (result.dn.starts_with('<')) {
    const std::size_t end = result.dn.find('>');
    if (end == std::string_view::npos) break;  // no DN starts with '<': leave it to be refused
    const std::string_view part = result.dn.substr(1, end - 1);
    if (part.size() > 5 && equalsIgnoreCaseAscii(part.substr(0, 5), "GUID=")) {
      const std::string_view guid = part.substr(5);
      std::optional<std::string> bytes;
      if (guid.size() == 32) {
        bytes = fromHex(guid);
      } else if (guid.size() != 16) {
        bytes = guidBytes(guid, /*big_endian=*/false);
      }
      if (bytes && bytes->size() == 16) result.anchor = *std::move(bytes);
    }
    result.dn.remove_prefix(end + 1);
    if (result.dn.starts_with(';')) result.dn.remove_prefix(1);
  }
  return result;
}

}  // namespace tandem::connectors::entry
