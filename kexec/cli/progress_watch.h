/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A thread beside a load that has a bar. It erases the bar if a signal ends the process,
 * and redraws it while the load is inside a system call.
 *
 * A handler could not do that: while kexec_load runs, the kernel calls no handler, and a
 * signal that has one no longer ends the call. So the thread takes the signals with
 * signalfd(2) and then sends itself the same one, which still has its default action. The
 * kernel then ends kexec_load as well (kimage_alloc_pages() in kernel/kexec_core.c), and
 * callers see that the signal has ended kexec.
 */
#ifndef KEXEC_PROGRESS_WATCH_H
#define KEXEC_PROGRESS_WATCH_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

#include "cli/progress_bar.h"
#include "util/cleanup.h"

struct progress_watch {
	struct progress_bar *bar;
	sigset_t signals; /* that the thread takes */
	sigset_t before;  /* the signal mask of the thread that began the watch */
	int signal_fd, stop_fd;
	pthread_t thread;
	bool running; /* the thread */
	bool blocked; /* the signals, in all other threads */
};

/*
 * Starts the thread and blocks SIGINT, SIGTERM, SIGHUP and SIGQUIT for all others, except
 * those that are blocked already. Call it before other threads are started.
 * Does nothing if the bar is never drawn; if the thread cannot be started, a signal
 * leaves the bar on the terminal. *bar must stay until progress_watch_end.
 */
void progress_watch_begin(struct progress_bar *bar, struct progress_watch *watch);

/*
 * Ends the thread. A signal waits from now on, so that the caller can finish what must
 * not be left half done. May be called more than once.
 */
void progress_watch_stop(struct progress_watch *watch);

/*
 * Ends the thread, and lets signals that wait take effect. *watch may be { 0 }, too.
 */
void progress_watch_end(struct progress_watch *watch);

#define _cleanup_progress_watch_ _cleanup_(progress_watch_end)

#endif
