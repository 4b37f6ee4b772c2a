/* SPDX-License-Identifier: Apache-2.0
 *
 * The right to write, between two servers and a witness (docs/internals/pair.md), for spin:
 *   tests/model/run.sh
 *
 * What is modelled: durable role and epoch of each server, the witness with compare and set, leases
 * that run out, writes that are under way, planned swap, --back, staging on and off, failover,
 * crashes between any two steps, cuts to the witness. What is not: contents. Time is counted in
 * half leases: a lease is 2, a request lives at most 1, a replacing server waits 3 and stays ACTIVATING
 * until then: a first model had it ACTIVE at once, and spin crashed it in the middle of its wait.
 *
 * The property: a write never arrives after one of a later epoch (assert in arrive), and from every
 * state some server can become active again (ltl alive, under a fair administrator).
 */
#define STAGING 0
#define ACTIVATING 1
#define ACTIVE 2
#define DEACTIVATING 3
#define NOBODY 2
#ifndef EPOCH_MAX
#define EPOCH_MAX 4
#endif
#ifndef CRASH_MAX
#define CRASH_MAX 2
#endif

/* durable, each server's */
byte role[2];
byte epoch[2];
/* volatile, each server's */
byte lease[2];      /* half leases left */
byte wait[2];       /* until a claim may be completed */
byte calm[2];       /* until all that an earlier process sent has ended */
/* the witness */
byte holder = NOBODY;
byte current = 1;
byte successor = NOBODY;
/* the tenant */
byte arrived = 0;   /* the latest epoch of which a write has arrived */
byte under_way[2];  /* epoch of a write that was sent and has not arrived; 0: none */
byte age[2];        /* half leases since it was sent */
byte crashes = 0;

#define may_write(i) (role[i] == ACTIVE && lease[i] > 0)

inline demote(i) { role[i] = STAGING; lease[i] = 0 }

/* A process ends at any moment and another starts: it does not know what the first one sent. */
inline crash(i) { crashes++; lease[i] = 0; calm[i] = 2; wait[i] = 3 }

/* Before each export, after each start, and while a claim waits. */
inline reconcile(i) {
  if
  :: holder == i && role[i] == ACTIVE && current == epoch[i] -> lease[i] = 2
  :: holder == i && role[i] == ACTIVATING && wait[i] == 0 ->
     epoch[i] = current; role[i] = ACTIVE; lease[i] = 2
  :: holder == i && role[i] == ACTIVATING && wait[i] > 0 -> skip
  :: holder == i && role[i] == DEACTIVATING -> skip  /* goes on releasing, or takes it back */
  :: holder != i && role[i] != STAGING -> demote(i)
  :: else -> skip
  fi
}

proctype Server(byte i) {
  byte other = 1 - i;
  byte seen_epoch; byte seen_holder; byte seen_successor;
  do
  /* an export sends a write */
  :: atomic { may_write(i) && under_way[i] == 0 -> under_way[i] = epoch[i]; age[i] = 0 }
  /* the witness is asked at any time, or not for long: nothing forces this */
  :: atomic { role[i] != STAGING -> reconcile(i) }
  /* quiesce; the batch under way ends before the release, and what an earlier process sent too */
  :: role[i] == ACTIVE -> role[i] = DEACTIVATING
  :: atomic { role[i] == DEACTIVATING && calm[i] == 0 && (under_way[i] == 0) ->
       if
       :: holder == i && current == epoch[i] -> holder = NOBODY; successor = other
       :: else -> skip
       fi
     };
     if
     :: demote(i)
     :: crashes < CRASH_MAX -> atomic { crash(i) }
     fi
  /* taken back before the witness was told */
  :: atomic { role[i] == DEACTIVATING ->
       if
       :: holder == i && current == epoch[i] -> role[i] = ACTIVE; lease[i] = 2
       :: else -> demote(i)
       fi
     }
  /* claim: of what was released (its successor, or --back), or by failover */
  :: role[i] == STAGING && current < EPOCH_MAX ->
     atomic { role[i] = ACTIVATING; wait[i] = 3 };
     atomic { seen_epoch = current; seen_holder = holder; seen_successor = successor };
     if
     :: atomic {
          if
          :: current == seen_epoch && holder == seen_holder && successor == seen_successor ->
             holder = i; current = current + 1; successor = NOBODY;
             wait[i] = (seen_holder == NOBODY -> 0 : 3)
          :: else -> demote(i)
          fi
        }
     :: crashes < CRASH_MAX -> atomic { crash(i) }
     fi
  /* kill -9 and restart at any time: what is durable stays */
  :: crashes < CRASH_MAX -> atomic { crash(i) }
  od
}

/* Time, and what the network does with requests. A request ends within one half lease. */
proctype World() {
  byte i;
  do
  :: atomic { /* half a lease goes by: requests that are older have ended before */
       (under_way[0] == 0 || age[0] < 1) && (under_way[1] == 0 || age[1] < 1) ->
       i = 0;
       do
       :: i < 2 ->
          if :: lease[i] > 0 -> lease[i]-- :: else fi;
          if :: wait[i] > 0 -> wait[i]-- :: else fi;
          if :: calm[i] > 0 -> calm[i]-- :: else fi;
          if :: under_way[i] != 0 -> age[i]++ :: else fi;
          i++
       :: else -> break
       od
     }
  :: atomic { under_way[0] != 0 ->
       assert(under_way[0] >= arrived); arrived = under_way[0]; under_way[0] = 0; age[0] = 0 }
  :: atomic { under_way[1] != 0 ->
       assert(under_way[1] >= arrived); arrived = under_way[1]; under_way[1] = 0; age[1] = 0 }
  od
}

init {
  atomic {
    role[0] = ACTIVE; epoch[0] = 1; holder = 0;
    run Server(0); run Server(1); run World()
  }
}

/* Never two that could write, and nobody who holds the right has forgotten that he does. */
ltl one_writer { [] !(may_write(0) && may_write(1)) }
ltl remembered { [] (holder == NOBODY || role[holder] != STAGING) }
