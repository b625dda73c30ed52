// SPDX-License-Identifier: GPL-2.0-only
/* A thread that keeps the bar in order during signals and system calls. */
#include "cli/progress_watch.h"

#include <poll.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* A second that is shown is late by this at most. */
#define TICK_MS 250

/* The signals that a user or a supervisor sends to end a program. */
static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

/*
 * Ends the process by the signal that was taken. Returns if the signal is ignored, and in
 * PID 1, which the kernel does not end by a signal with its default action.
 */
static void end_by(struct progress_watch *watch, int number)
{
	sigset_t one;

	sigemptyset(&one);
	sigaddset(&one, number);
	progress_bar_hold(watch->bar);
	pthread_sigmask(SIG_UNBLOCK, &one, NULL);
	kill(getpid(), number);
	pthread_sigmask(SIG_BLOCK, &one, NULL);
	progress_bar_release(watch->bar);
}

static void *run(void *argument)
{
	struct progress_watch *watch = argument;
	struct pollfd events[] = {
		{ .fd = watch->stop_fd, .events = POLLIN },
		{ .fd = watch->signal_fd, .events = POLLIN },
	};
	struct signalfd_siginfo signal;

	for (;;) {
		if (poll(events, 2, TICK_MS) < 0)
			continue;
		if (events[0].revents)
			return NULL;
		if (events[1].revents &&
		    read(watch->signal_fd, &signal, sizeof(signal)) == sizeof(signal))
			end_by(watch, (int)signal.ssi_signo);
		progress_bar_tick(watch->bar);
	}
}

static void choose_signals(sigset_t *signals)
{
	sigset_t blocked;
	size_t i;

	sigemptyset(signals);
	pthread_sigmask(SIG_BLOCK, NULL, &blocked);
	for (i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		if (!sigismember(&blocked, ending[i]))
			sigaddset(signals, ending[i]);
}

void progress_watch_begin(struct progress_bar *bar, struct progress_watch *watch)
{
	*watch = (struct progress_watch){ .bar = bar, .signal_fd = -1, .stop_fd = -1 };
	if (!bar->columns)
		return;
	choose_signals(&watch->signals);
	watch->signal_fd = signalfd(-1, &watch->signals, SFD_CLOEXEC | SFD_NONBLOCK);
	watch->stop_fd = eventfd(0, EFD_CLOEXEC);
	watch->blocked = watch->signal_fd >= 0 && watch->stop_fd >= 0 &&
			 !pthread_sigmask(SIG_BLOCK, &watch->signals, &watch->before);
	watch->running = watch->blocked &&
			 !pthread_create(&watch->thread, NULL, run, watch);
	if (!watch->running)
		progress_watch_end(watch);
}

/* A watch that was not begun is { 0 }: its descriptors are not its own. */
static void close_once(const struct progress_watch *watch, int *fd)
{
	if (watch->bar && *fd >= 0)
		close(*fd);
	*fd = -1;
}

void progress_watch_stop(struct progress_watch *watch)
{
	const uint64_t one = 1;

	if (watch->running && write(watch->stop_fd, &one, sizeof(one)) == sizeof(one))
		pthread_join(watch->thread, NULL);
	watch->running = false;
	close_once(watch, &watch->signal_fd);
	close_once(watch, &watch->stop_fd);
}

void progress_watch_end(struct progress_watch *watch)
{
	progress_watch_stop(watch);
	if (watch->blocked)
		pthread_sigmask(SIG_SETMASK, &watch->before, NULL);
	watch->blocked = false;
}
