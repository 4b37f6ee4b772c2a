// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "connectors/connector.h"

namespace tandem::connectors {

// A connector of a directory that is a source only: it says so once, whoever asks.
class ReadOnlyConnector : public Connector {
 public:
  bool canExport() const final { return false; }
  Result<void> exportBatch(const ExportGrant& grant,
                           std::span<const ExportItem> items,
                           ExportSink& sink) final;
  ExportPlan planExport(std::span<const ExportItem> items) const final;

 protected:
  // "dc1.example.com": what is only read.
  virtual std::string place() const = 0;
};

}  // namespace tandem::connectors
