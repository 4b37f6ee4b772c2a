// SPDX-License-Identifier: Apache-2.0
//
// The pending exports of a connector in the terms of Entra Connect's csexport: written as its file,
// and compared with such a file of another server, which may be an Entra Connect server.
#pragma once

#include <cstddef>
#include <functional>
#include <istream>
#include <set>
#include <string>

#include "base/result.h"
#include "compare/comparison.h"
#include "csexport/cs_object.h"
#include "sync/engine.h"

namespace tandem::compare {

using sync::ConnectorId;

// Adds, updates, deletes. What take() returns ends it when it is an error.
Result<void> forEachPendingExport(
    const sync::Engine& engine,
    ConnectorId connector,
    const std::function<Result<void>(const csexport::CsObject&)>& take);

struct PendingFile {
  std::istream& in;
  std::string name;
};

struct PendingComparison {
  Comparison comparison;
  // In the file, and nothing that this server could write there: not compared.
  std::set<std::string> left_out;
};

// Objects are recognised by DN, which both servers make of the source anchor, and by the anchor
// that the tenant gave. described_max: differing objects that are kept; the others are counted.
Result<PendingComparison> comparePendingFile(const sync::Engine& engine,
                                             ConnectorId connector,
                                             const PendingFile& file,
                                             std::size_t described_max);

}  // namespace tandem::compare
