// SPDX-License-Identifier: Apache-2.0
// What the tests of parts need of the stand-in.
export interface MockOptions { speed?: number; signedInAs?: string | null; objects?: number; setup?: boolean; broken?: boolean; paired?: boolean }
export interface MockAnswer { status: number; body?: unknown; text?: string; headers?: Record<string, string> }
export function fixture(name: string): unknown;
export function makeMock(options?: MockOptions): { answer: (method: string, url: string, body?: unknown, headers?: Record<string, string>) => MockAnswer };
