// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "cli/command.h"

namespace tandem::cli {

std::unique_ptr<Command> makeInitCommand();
std::unique_ptr<Command> makeRunCommand();
std::unique_ptr<Command> makeAccountLinkCommand();
std::unique_ptr<Command> makeConnectorContainersCommand();
std::unique_ptr<Command> makeConnectorSelectCommand();
std::unique_ptr<Command> makePolicyHistoryCommand();
std::unique_ptr<Command> makePolicyRestoreCommand();
std::unique_ptr<Command> makeCycleCommand();
std::unique_ptr<Command> makeStatusCommand();
std::unique_ptr<Command> makeRunsCommand();
std::unique_ptr<Command> makeSearchCommand();
std::unique_ptr<Command> makeShowCommand();
std::unique_ptr<Command> makePendingCommand();
std::unique_ptr<Command> makeWhyCommand();
std::unique_ptr<Command> makePreviewCommand();
std::unique_ptr<Command> makePolicyEffectCommand();
std::unique_ptr<Command> makeCompareCommand();
std::unique_ptr<Command> makePolicyCheckCommand();
std::unique_ptr<Command> makePolicyTestCommand();
std::unique_ptr<Command> makePolicySchemaCommand();
std::unique_ptr<Command> makePolicyShowCommand();
std::unique_ptr<Command> makePolicyExportCommand();
std::unique_ptr<Command> makePolicyImportCommand();
std::unique_ptr<Command> makePolicyDiffCommand();
std::unique_ptr<Command> makePolicyConvertCommand();
std::unique_ptr<Command> makeCheckPreflightCommand();
std::unique_ptr<Command> makeCheckAttributesCommand();
std::unique_ptr<Command> makeSecretSetCommand();
std::unique_ptr<Command> makeSecretListCommand();
std::unique_ptr<Command> makeSecretRemoveCommand();
std::unique_ptr<Command> makeConnectorListCommand();
std::unique_ptr<Command> makeConnectorStatisticsCommand();
std::unique_ptr<Command> makeConnectorTestCommand();
std::unique_ptr<Command> makeRuleListCommand();
std::unique_ptr<Command> makeSchedulerShowCommand();
std::unique_ptr<Command> makeSchedulerSetCommand();
std::unique_ptr<Command> makeSchedulerOverrideCommand();
std::unique_ptr<Command> makeSchedulerOverridesCommand();
std::unique_ptr<Command> makeLatencyCommand();
std::unique_ptr<Command> makeAlertsCommand();
std::unique_ptr<Command> makeThresholdShowCommand();
std::unique_ptr<Command> makeThresholdEnableCommand();
std::unique_ptr<Command> makeThresholdDisableCommand();
std::unique_ptr<Command> makeHistoryPurgeCommand();
std::unique_ptr<Command> makeAccountListCommand();
std::unique_ptr<Command> makeAccountAddCommand();
std::unique_ptr<Command> makeAccountSetCommand();
std::unique_ptr<Command> makeAccountPasswordCommand();
std::unique_ptr<Command> makeAccountTokenCommand();
std::unique_ptr<Command> makeAccountRemoveCommand();
std::unique_ptr<Command> makeAuditListCommand();
std::unique_ptr<Command> makeAuditVerifyCommand();
std::unique_ptr<Command> makeServeCommand();
std::unique_ptr<Command> makePairInviteCommand();
std::unique_ptr<Command> makePairAcceptCommand();
std::unique_ptr<Command> makePairShowCommand();
std::unique_ptr<Command> makePairRemoveCommand();
std::unique_ptr<Command> makeDemoForestCommand();
std::unique_ptr<Command> makeDemoHireCommand();
std::unique_ptr<Command> makeDemoSetCommand();
std::unique_ptr<Command> makeDemoRemoveCommand();
std::unique_ptr<Command> makeSwapCommand();
std::unique_ptr<Command> makeStagingOnCommand();
std::unique_ptr<Command> makeStagingOffCommand();
std::unique_ptr<Command> makeFailoverCommand();
std::unique_ptr<Command> makeDecommissionCommand();
std::unique_ptr<Command> makeCanaryCommand();

}  // namespace tandem::cli
