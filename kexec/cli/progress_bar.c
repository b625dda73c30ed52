// SPDX-License-Identifier: GPL-2.0-only
/* The bar that shows on a terminal how far a load is. */
#include "cli/progress_bar.h"

#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* The bar at its longest, finished and not begun. */
static const char full[] = "##################################################";
static const char empty[] = "..................................................";
#define BAR_MAX (sizeof(full) - 1)

/* A shorter bar shows less than the percentage beside it. */
#define BAR_MIN		10u

#define DEFAULT_COLUMNS 80u

uint64_t progress_monotonic_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

unsigned int progress_columns(int fd)
{
	struct winsize size;
	pid_t foreground;

	if (!isatty(fd))
		return 0;
	/* An error means no job control, so no other job uses the terminal. */
	foreground = tcgetpgrp(fd);
	if (foreground >= 0 && foreground != getpgrp())
		return 0;
	if (ioctl(fd, TIOCGWINSZ, &size) < 0 || !size.ws_col)
		return DEFAULT_COLUMNS;
	return size.ws_col;
}

/* Uses only carriage returns, which every terminal and serial console understands. */
void progress_bar_clear(struct progress_bar *bar)
{
	if (bar->drawn)
		fprintf(bar->stream, "\r%*s\r", (int)bar->drawn, "");
	fflush(bar->stream);
	bar->drawn = 0;
}

static void draw(struct progress_bar *bar, const char *what, unsigned int percent)
{
	/* The last column stays free: a cursor behind it would wrap to the next line. */
	size_t around = strlen("kexec: ") + strlen(what) + strlen(" [] 100 %") + 1;
	size_t width, done;

	if (bar->columns < around + BAR_MIN)
		return;
	width = bar->columns - around;
	if (width > BAR_MAX)
		width = BAR_MAX;
	done = width * percent / 100;
	if (bar->what != what)
		progress_bar_clear(bar);
	fprintf(bar->stream, "\rkexec: %s [%.*s%.*s] %3u %%", what, (int)done, full,
		(int)(width - done), empty, percent);
	fflush(bar->stream);
	bar->drawn = (unsigned int)(around - 1 + width);
	bar->percent = percent;
	bar->what = what;
}

static void step(void *context, const char *what, uint64_t done, uint64_t total)
{
	struct progress_bar *bar = context;
	unsigned int percent;

	if (!bar->columns || !total || bar->clock() - bar->begun < PROGRESS_DELAY_MS)
		return;
	/* The size of a file times 100 fits into 64 bits. */
	percent = done < total ? (unsigned int)(done * 100 / total) : 100;
	if (!bar->drawn || bar->percent != percent || bar->what != what)
		draw(bar, what, percent);
}

void progress_bar_begin(struct progress_bar *bar, FILE *stream, unsigned int columns,
			progress_clock *clock)
{
	*bar = (struct progress_bar){
		.progress = { .step = step, .context = bar },
		.stream = stream,
		.columns = columns,
		.clock = clock,
		.begun = columns ? clock() : 0,
	};
}
