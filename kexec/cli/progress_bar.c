// SPDX-License-Identifier: GPL-2.0-only
/* The bar that shows on a terminal how far a load is. */
#include "cli/progress_bar.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "util/terminal.h"

/* The bar at its longest, finished and not begun. */
static const char full[] = "##################################################";
static const char empty[] = "..................................................";
#define BAR_MAX (sizeof(full) - 1)

/* A shorter bar shows less than the percentage beside it. */
#define BAR_MIN 10u

/* Ctrl-C: the terminal shows "^C" behind the bar. */
#define ECHO_COLUMNS 2u
/* Another column stays free: a cursor behind the last one would wrap to the next line. */
#define FREE_COLUMNS (ECHO_COLUMNS + 1)

uint64_t progress_monotonic_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

unsigned int progress_columns(int fd)
{
	pid_t foreground;

	if (!isatty(fd))
		return 0;
	/* An error means no job control, so no other job uses the terminal. */
	foreground = tcgetpgrp(fd);
	if (foreground >= 0 && foreground != getpgrp())
		return 0;
	return terminal_columns(fd);
}

/*
 * Uses only carriage returns, which every terminal and serial console understands. The
 * echo of a key behind the bar goes with it, also that of a Ctrl-C that is ignored.
 */
static void erase(struct progress_bar *bar)
{
	if (bar->drawn)
		fprintf(bar->stream, "\r%*s\r", (int)(bar->drawn + ECHO_COLUMNS), "");
	fflush(bar->stream);
	bar->drawn = 0;
}

void progress_bar_clear(struct progress_bar *bar)
{
	pthread_mutex_lock(&bar->lock);
	erase(bar);
	bar->waits = false;
	pthread_mutex_unlock(&bar->lock);
}

void progress_bar_hold(struct progress_bar *bar)
{
	pthread_mutex_lock(&bar->lock);
	erase(bar);
}

void progress_bar_release(struct progress_bar *bar)
{
	pthread_mutex_unlock(&bar->lock);
}

static bool is_late(const struct progress_bar *bar)
{
	return bar->clock() - bar->begun >= PROGRESS_DELAY_MS;
}

static void draw(struct progress_bar *bar, const char *what, unsigned int percent)
{
	size_t around =
		strlen("kexec: ") + strlen(what) + strlen(" [] 100 %") + FREE_COLUMNS;
	size_t width, done;

	if (bar->columns < around + BAR_MIN)
		return;
	width = bar->columns - around;
	if (width > BAR_MAX)
		width = BAR_MAX;
	done = width * percent / 100;
	if (bar->what != what)
		erase(bar);
	fprintf(bar->stream, "\rkexec: %s [%.*s%.*s] %3u %%", what, (int)done, full,
		(int)(width - done), empty, percent);
	fflush(bar->stream);
	bar->drawn = (unsigned int)(around - FREE_COLUMNS + width);
	bar->percent = percent;
	bar->what = what;
}

static void step(void *context, const char *what, uint64_t done, uint64_t total)
{
	struct progress_bar *bar = context;
	unsigned int percent;

	if (!bar->columns || !total || !is_late(bar))
		return;
	/* The size of a file times 100 fits into 64 bits. */
	percent = done < total ? (unsigned int)(done * 100 / total) : 100;
	pthread_mutex_lock(&bar->lock);
	if (!bar->drawn || bar->percent != percent || bar->what != what)
		draw(bar, what, percent);
	pthread_mutex_unlock(&bar->lock);
}

void progress_bar_wait(struct progress_bar *bar, const char *what)
{
	if (!bar->columns)
		return;
	pthread_mutex_lock(&bar->lock);
	erase(bar);
	bar->waits = true;
	bar->what = what;
	bar->wait_begun = bar->clock();
	pthread_mutex_unlock(&bar->lock);
	progress_bar_tick(bar);
}

/* Draws the seconds only: how much of the work is done is not known. */
static void draw_wait(struct progress_bar *bar)
{
	unsigned int seconds = (unsigned int)((bar->clock() - bar->wait_begun) / 1000);
	char text[sizeof(" ") + 20 + sizeof(" s")] = "";
	size_t columns;

	if (bar->drawn && bar->seconds == seconds)
		return;
	if (seconds)
		snprintf(text, sizeof(text), " %u s", seconds);
	columns = strlen("kexec: ") + strlen(bar->what) + strlen(" ...") + strlen(text);
	if (columns + FREE_COLUMNS > bar->columns)
		return;
	fprintf(bar->stream, "\rkexec: %s ...%s", bar->what, text);
	fflush(bar->stream);
	bar->drawn = (unsigned int)columns;
	bar->seconds = seconds;
}

void progress_bar_tick(struct progress_bar *bar)
{
	pthread_mutex_lock(&bar->lock);
	if (bar->waits && is_late(bar))
		draw_wait(bar);
	pthread_mutex_unlock(&bar->lock);
}

void progress_bar_begin(struct progress_bar *bar, FILE *stream, unsigned int columns,
			progress_clock *clock)
{
	*bar = (struct progress_bar){
		.progress = { .step = step, .context = bar },
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.stream = stream,
		.columns = columns,
		.clock = clock,
		.begun = columns ? clock() : 0,
	};
}
