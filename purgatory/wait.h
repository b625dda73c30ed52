/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PURGATORY_WAIT_H
#define PURGATORY_WAIT_H

#include "purgatory_params.h"

/*
 * Returns after wait->seconds, so that somebody can read the last message. Measures with
 * the time stamp counter if wait->ticks is given. Otherwise it counts the seconds of the
 * real-time clock, and may return up to one second early. Without such a clock each
 * second takes as long as many port accesses, some seconds at most.
 */
void wait_for_reader(const struct purgatory_wait *wait);

#endif
