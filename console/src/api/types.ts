// SPDX-License-Identifier: Apache-2.0
// The shapes of /api/v1. Most of them are what the command of the same name prints with --json; names in
// PascalCase are those of Entra Connect's cmdlets, which the commands keep.
// A time is a text in UTC: "2026-11-26 05:06:29Z" (commands) or ISO 8601; text/format.ts reads both.

export type Role = 'viewer' | 'operator' | 'administrator';

// --- who is there ---
export interface SignedIn { signedIn: true; name: string; role: Role; door: string; csrf: string; expires: string }
export interface SignedOut { signedIn: false; oidc: { name: string } | null; setup: boolean }
export type Session = SignedIn | SignedOut;

export interface Account {
  name: string; role: Role; disabled: boolean; created: string; hasPassword: boolean; oidcSubject: string; oidcEmail: string;
  tokens: { name: string; created: string; lastFour: string }[]; lastSignIn: string | null; lockedUntil: string | null;
}
export interface AuditLine {
  n: number; at: string; who: string; door: string; from: string; act: string; on: string; outcome: string; hash: string;
}
export interface AuditPage { lines: AuditLine[]; next: number | null }
export interface AuditProof { lines: number; torn: number; lastHash: string; problem: { line: number; message: string } | null }

// --- status ---
export interface RunResult { id: number; profile: string; result: string; startedAt: string; endedAt: string; message: string }
export interface PendingCounts { adds: number; updates: number; deletes: number }
export interface ConnectorStatus {
  name: string; kind: ConnectorKind; objects: number; toSynchronize: number; pendingExports: PendingCounts; errors: number;
  attributeChecks: { errors: number; warnings: number; objects: number }; lastRun: RunResult | null;
}
export interface ErrorCause { connector: string; run: number; type: string; code: string; objects: number; message: string; examples: string[] }
export interface OtherServer { name: string; epoch?: number; askedAt?: string; seenAt?: string; policyDiffers?: boolean; url?: string }
export interface SwapState { partner: string; step: string; since: string }
export interface Status {
  home: string; serverId: string; name?: string; version?: string; role: 'active' | 'staging'; epoch: number; reason: string; since: string; daysInRole: number;
  needsFullImport: boolean; retired: boolean; policyDiffers: boolean; activeServer: OtherServer | null;
  standbys: OtherServer[]; swap: SwapState | null; metaverseObjects: number; problems: string[];
  errorCauses: ErrorCause[]; connectors: ConnectorStatus[];
}
export interface LatencyDay { day: string; p50Seconds: number; p99Seconds: number; changes: number }
export interface LatencyCounts { p50Seconds: number | null; p99Seconds: number | null; changes: number }
// answered24h: until the tenant had answered, without waiting for the import that shows it.
export interface Latency { days: LatencyDay[]; last24h: LatencyCounts; answered24h: LatencyCounts }
export interface Alert { id: string; kind: string; severity: 'error' | 'warning'; text: string; next: string; since: string; sentTo: string[] }
// ways: by which people are told; ignored: kinds that nobody is told of. Both are in server.toml.
export interface Alerts { alerts: Alert[]; ways: string[]; ignored: string[] }
export interface AlertTest { sent: { way: string; sent: boolean; error: string }[] }

// --- runs and operations ---
// `counter`: the counters behind the number, joined by commas; GET /runs/{id}/objects?counter= takes the same.
export interface Statistic { section: string; label: string; number: number; counter?: string }
export interface RunStep {
  step: number; partition: string; result: string; message: string; counters: Record<string, number>; statistics: Statistic[];
}
export interface ObjectFault { object: number; dn: string; type: string; code: string; message: string }
export interface FaultCause { type: string; code: string; objects: number; message: string }
export interface Run {
  id: number; number: number; connector: string; profile: string; cycle: number; startedBy: string; startedAt: string;
  endedAt: string; result: string; message: string; steps?: RunStep[]; errors?: ObjectFault[]; errorCauses?: FaultCause[];
}
export interface RunObjects { run: number; counter: string; objects: { object: number; dn: string }[] }

export type OperationState = 'running' | 'done' | 'failed' | 'stopped' | 'cancelled';
export interface Operation {
  id: string; act: string; title: string; startedBy: string; startedAt: string; endedAt: string | null;
  state: OperationState; exitCode: number | null; result: unknown; error: ApiFault | null; events: number;
}
export interface ApiFault { code: string; message: string }
export interface Progress { text: string; done: number; total: number }

export interface CycleRun {
  run: number; number: number; connector: string; profile: string; result: string; message: string; seconds: number;
  counters: Record<string, number>; plan?: string[];
}
export interface CycleResult { result: string; runs: CycleRun[]; skippedExports: string }

// --- connectors and their spaces ---
export type ConnectorKind = 'activeDirectory' | 'openLdap' | 'ldif' | 'entra';
export interface Connector { Name: string; Identifier: string; Type: ConnectorKind; Directory: string; Partitions: string }
export interface ConnectorStatistics {
  ExportAdds: number; ExportUpdates: number; ExportDeletes: number; ImportAdds: number; ImportUpdates: number;
  ImportDeletes: number; ImportNoChange: number; TotalConnectors: number;
}
export type Verdict = 'ok' | 'warning' | 'refused';
export interface Finding { subject?: string; check: string; ok?: boolean; verdict: Verdict; detail: string; next: string }
export interface ConnectorTest { ok: boolean; connectors: { connector: string; findings: Finding[] }[] }
export interface Preflight { ok: boolean; warnings: number; refused: number; findings: Finding[] }
export type ContainerRule = 'include' | 'exclude' | 'inherited';
// objects: null where nothing of it has been read.
export interface Container { dn: string; name: string; objects: number | null; children?: number; included: boolean; rule: ContainerRule }

export type ObjectFilter = 'all' | 'pending-import' | 'pending-export' | 'export-error' | 'import-error' | 'synchronization-error' | 'disconnector'
  | 'connector' | 'placeholder';
export interface SpaceRow {
  id: number; dn: string; name?: string; type: string; connected: boolean; pendingExport: 'add' | 'update' | 'delete' | null; error?: string | null;
}
export interface Page<T> { objects: T[]; next: number | null; scanned?: number }

export type Value = string | number | boolean;
export type Values = Record<string, Value | Value[]>;
export interface SpaceObject {
  ObjectId: number; ConnectorId: number; ConnectorName: string; DistinguishedName: string; AnchorValue: string; ObjectType: string;
  State: string[]; IsTransient: boolean; IsPlaceHolder: boolean; IsConnector: boolean; ConnectedMVObjectId: number | null;
  Lineage?: { SyncRuleName: string; Direction: string }[]; Attributes: Values; PendingExport?: string; Wanted?: Values;
  Unconfirmed?: Values; Errors: { type: string; code: string; message: string; at?: string }[];
}
export interface MetaverseRow { id: number; type: string; name: string }
export interface MetaverseValue { Name: string; Values: Value | Value[]; SyncRuleName: string; ConnectorObjectId: number }
export interface MetaverseObject {
  ObjectId: number; ObjectType: string;
  Lineage: { ConnectedCsObjectDN: string; ConnectedCsObjectId: number; ConnectorName: string; ConnectorId: number }[];
  Attributes: MetaverseValue[];
}
export interface ExplainStep { stage: string; ok: boolean; text: string; details: string[] }
export interface ExplainFlow {
  stage: string; target: string; result: string; rule: string; from: string; expression: string; inputs: string[]; value: string;
}
export interface Change { attribute: string; before: string; after: string }
export interface Write { connector: string; operation: string; object: string; name: string; changes: Change[] }
export interface Explanation {
  object: number | null; dn: string; cause: string; steps: ExplainStep[]; flows: ExplainFlow[]; writes: Write[];
}

// --- pending, compare ---
export interface PendingExport {
  connector: string; operation: 'Add' | 'Update' | 'Delete'; object: number; type: string; name: string; dn: string;
  heldBack: boolean; changes?: Change[];
}
export interface Pending { pendingExports: PendingExport[]; total: number }
export interface ComparedSide { values: string[]; count: number; rule?: string }
export interface Difference {
  space: 'settings' | 'connectorSpace' | 'metaverse' | 'pendingExports'; connector: string; name: string; dn: string; type: string;
  presence: 'here' | 'there' | 'both'; mayBeTransient: boolean;
  attributes: { attribute: string; here: ComparedSide | null; there: ComparedSide | null }[];
  follow?: Difference[]; operationHere?: string; operationThere?: string;
}
export interface Comparison {
  equal: boolean; here: string; there: string; objects: number; different: number; refreshed: boolean; transient: number;
  bytesExchanged: number; roundTrips: number;
  spaces: { space: Difference['space']; connector: string; isHere: boolean; isThere: boolean; here: number; there: number; different: number }[];
  lastImports: { connector: string; here: string; there: string }[]; differences: Difference[];
}

// --- policy and rules ---
export interface Problem { severity?: 'error' | 'warning'; where?: string; place?: string; line?: number; column?: number; message: string }
export interface ScopeCondition { attribute: string; comparisonOperator: string; comparisonValue?: string }
export interface JoinCondition { csAttribute: string; mvAttribute: string; caseSensitive?: boolean }
export type FlowType = 'Direct' | 'Constant' | 'Expression';
export interface Flow {
  destination: string; flowType?: FlowType; source?: string; expression?: string | string[]; executeOnce?: boolean;
  valueMergeType?: string;
}
export interface Rule {
  name: string; id: string; description?: string; immutableTag?: string; connector: string; direction: 'Inbound' | 'Outbound';
  sourceObjectType: string; targetObjectType: string; linkType: 'Join' | 'Provision' | 'StickyJoin'; precedence: number;
  disabled?: boolean; scopeFilter?: ScopeCondition[][]; joinFilter?: JoinCondition[][]; attributeFlowMappings?: Flow[];
}
export interface ConnectorPolicy {
  name: string; id: string; kind: ConnectorKind; partitions?: { dn: string; include: string[]; exclude: string[] }[];
  [key: string]: unknown;
}
export interface OptionalFeatures {
  passwordWriteback: boolean; groupWriteback: boolean; deviceWriteback: boolean; userWriteback: boolean; exchangeHybrid: boolean;
  exchangeMailPublicFolders: boolean; pilotGroup: string; directoryExtensions: string[];
}
export interface Policy {
  version: number; identity?: { name: string; tenant: string }; sourceAnchor?: { attribute: string };
  signIn?: { method: string }; optionalFeatures?: OptionalFeatures; connectors: ConnectorPolicy[];
  standardRules?: { include: boolean; disabled: string[] }; rules?: Rule[]; [key: string]: unknown;
}
export interface PolicyCheck { valid: boolean; problems: Problem[] }
// Where in a rule: "attributeFlowMappings[2].expression"; offset and length count characters of that text.
export interface RuleProblem { severity: 'error' | 'warning'; place: string; message: string; offset?: number; length?: number }
export interface RuleCheck { valid: boolean; problems: RuleProblem[] }
export interface EffectGroup { count: number; examples: { object: number; name: string }[] }
export interface EffectType {
  connector: string; type: string; deleted: EffectGroup; leaving: EffectGroup; disconnected: EffectGroup; notAdded: EffectGroup;
  notDeleted: EffectGroup; entering: EffectGroup; added: EffectGroup; joined: EffectGroup; changed: EffectGroup;
  attributes: { attribute: string; loses: EffectGroup; gains: EffectGroup; changes: EffectGroup;
    referencesAdded: number; referencesRemoved: number }[];
}
export interface Effect { objects: number; types: EffectType[]; failing: EffectGroup; failures: string[]; stopped: string[]; notes: string[] }
export interface PolicyVersion { n: number; at: string; who: string; digest: string; summary: string }
export interface PolicyDiff {
  same: boolean; changes: { change: string; what: string; before: string; after: string }[];
  rules: { change: string; rule: string; connector: string; standard: boolean; matchedBy: string;
    changes: { aspect: string; text: string; before: string; after: string }[] }[];
  folded: string[]; notCompared: string[];
}
export interface LanguageFunction { name: string; signature: string; doc: string }
export interface LanguageAttributes { metaverse: string[]; connectors: Record<string, string[]> }

// --- pair, migration ---
export interface Partner {
  serverId: string; name: string; url: string; fingerprint: string; pairedAt: string; answers: boolean; version?: string; problem?: string;
  role?: string; lagSeconds?: number | null;
}
export interface Pair { serverId: string; name: string; fingerprint: string; inviting: boolean; partner: Partner | null }
export interface Invitation { code: string; expiresAt: string; url: string }
export interface SwapResult {
  active: string; staging: string; epoch: number; downtimeMs: number; totalMs: number; writesRepeated: number; writesLost: number;
  cycle: { connector: string; profile: string; result: string; message: string; adds: number; updates: number; deletes: number }[];
  outcome: string;
}
export interface CanaryResult {
  user: string; arrived: boolean; wouldArrive: boolean; stoppedAt: string | null; secondsToCloud: number | null;
  steps: { stage: string; ok: boolean; text: string; seconds: number }[]; cause: string; details: string[]; next: string;
  removal: string; leftBehind: string;
}

// --- settings, health ---
export interface Scheduler {
  AllowedSyncCycleInterval: string; CurrentlyEffectiveSyncCycleInterval: string; CustomizedSyncCycleInterval: string | null;
  NextSyncCyclePolicyType: string; NextSyncCycleStartTimeInUTC: string | null; PurgeRunHistoryInterval: string; SyncCycleEnabled: boolean;
  MaintenanceEnabled: boolean; StagingModeEnabled: boolean; SchedulerSuspended: boolean; SyncCycleInProgress: boolean;
  toldAt: string | null; onChange: boolean; quietSeconds: number; canary: CanarySchedule | null;
}
// The test user that the service sends by itself: [canary] of server.toml.
export interface CanarySchedule {
  intervalMinutes: number; arguments: string[];
  last: { at: string; passed: boolean; secondsToCloud: number | null; cause: string; next: string } | null;
}
export interface Override { ConnectorName: string; ConnectorIdentifier: string; FullImportRequired: boolean; FullSyncRequired: boolean }
export interface SchedulerChange {
  interval?: string; enabled?: boolean; maintenance?: boolean; history?: string; next?: 'delta' | 'initial'; suspended?: boolean;
  onChange?: boolean; quietSeconds?: number;
}
export interface Threshold { DeletionPrevention: number; ThresholdCount: number; ThresholdPercentage: number; PercentageAppliesAbove: number }
export interface Secret { name: string; set: boolean; namedByPolicy: boolean }
export interface Secrets { keyFile: string; secrets: Secret[] }
export interface AttributeFinding {
  connector: string; object: number; type: string; source: string; attribute: string; check: string; severity: 'error' | 'warning';
  fault: string; wrong: string; repair: string; value: string; suggestion: string; suggested: string; other: number;
}
export interface AttributeChecks {
  ok: boolean; errors: number; warnings: number; objects: number; holdBack: boolean; total: number; findings: AttributeFinding[];
}

// --- set-up ---
export interface SetupState { needed: boolean; folder?: string; host?: string; version?: string }
export interface ConvertLine { outcome: 'carried' | 'adapted' | 'notCarried'; subject: string; text: string; question?: string; default?: string }
export interface SetupInspection {
  format: string; valid: boolean; problems: Problem[]; report: ConvertLine[]; name?: string;
  exported?: { by?: string; host?: string; at?: string; version?: string } | null;
  connectors?: { name: string; kind: ConnectorKind; directory: string }[]; rules?: number; standardRules?: number; signIn?: string;
  secrets?: { name: string; purpose: string }[]; files?: { path: string; purpose: string }[];
}
export interface DirectoryInput {
  name: string; kind: 'activeDirectory' | 'openLdap' | 'ldif'; host: string; account: string; password: string; tls: 'ldaps' | 'startTls';
  connectAddress?: string; folder?: string; ca?: string;
}
export interface TenantInput { tenant: string; clientId: string; clientSecret: string; loginUrl?: string; graphUrl?: string; ca?: string; syncProfile?: boolean }
// Of one connector, out of the operation's result.
export interface SetupTest { ok: boolean; findings: Finding[]; containers?: Container[] }
export interface SetupRequest {
  import?: { content: string; name: string }; secrets?: Record<string, string>;
  organisation?: string; signIn: string; tenant?: TenantInput; directories?: DirectoryInput[];
  partitions?: Record<string, string[]>; include?: Record<string, string[]>; exclude?: Record<string, string[]>; sourceAnchor?: string; optionalFeatures?: Partial<OptionalFeatures>;
  staging: boolean; startCycle: boolean;
}
