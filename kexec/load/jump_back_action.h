/* SPDX-License-Identifier: GPL-2.0-only */
/* The action --load-jump-back-helper: makes the image that returns, and loads it. */
#ifndef KEXEC_JUMP_BACK_ACTION_H
#define KEXEC_JUMP_BACK_ACTION_H

#include "cli/options.h"
#include "cli/report.h"
#include "util/io.h"

/* --load-jump-back-helper: loads jump_back_build()'s image. Prints messages and notes. */
enum exit_status load_jump_back_action(const struct options *options,
				       const struct root *root);

#endif
