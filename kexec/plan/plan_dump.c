// SPDX-License-Identifier: GPL-2.0-only
/* Writes an image to files: --dump-image. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "plan/plan.h"
#include "util/io.h"

#define COPY_BYTES (256u * 1024)

static int report(struct error *err, int number, const char *directory, const char *name)
{
	return error_set(err, number, "cannot write %s/%s: %s", directory, name,
			 strerror(number));
}

/*
 * Makes a new file and returns its descriptor, or -errno. A file of this name, from an
 * earlier dump, is unlinked first: it may be a link to a file that must not be
 * overwritten.
 */
static int create(int directory_fd, const char *name)
{
	int fd;

	if (unlinkat(directory_fd, name, 0) < 0 && errno != ENOENT)
		return -errno;
	fd = openat(directory_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : fd;
}

static int copy_data(const struct segment *segment, int fd, const char *directory,
		     const char *name, struct error *err)
{
	_cleanup_free_ uint8_t *buffer = malloc(COPY_BYTES);
	uint64_t offset = 0;

	if (!buffer)
		return error_no_memory(err);
	while (offset < segment->data_size) {
		uint64_t left = segment->data_size - offset;
		size_t size = left < COPY_BYTES ? (size_t)left : COPY_BYTES;
		int rc = segment_read(segment, offset, buffer, size, err);

		if (rc < 0)
			return rc;
		rc = write_all(fd, buffer, size);
		if (rc < 0)
			return report(err, -rc, directory, name);
		offset += size;
	}
	return 0;
}

/* True for the names of a dump's files: plan.json and names of segment_file_name(). */
static bool is_of_a_dump(const char *name)
{
	size_t length = strlen(name);

	if (!strcmp(name, "plan.json"))
		return true;
	return length > strlen("00-.bin") && strspn(name, "0123456789") == 2 &&
	       name[2] == '-' && !strcmp(name + length - strlen(".bin"), ".bin");
}

static void cleanup_directory(DIR **stream)
{
	if (*stream)
		closedir(*stream);
}

/* An earlier dump may have had more segments, or others. Nothing else is removed. */
static int remove_earlier_dump(int directory_fd, const char *directory, struct error *err)
{
	_cleanup_(cleanup_directory) DIR *stream = NULL;
	const struct dirent *entry;
	int fd = openat(directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		stream = fdopendir(fd);
	if (!stream) {
		int number = errno;

		if (fd >= 0)
			close(fd);
		return error_set(err, number, "--dump-image=%s: %s", directory,
				 strerror(number));
	}
	while ((entry = readdir(stream))) {
		if (is_of_a_dump(entry->d_name) &&
		    unlinkat(directory_fd, entry->d_name, 0) < 0)
			return error_set(err, errno,
					 "cannot remove %s/%s of an earlier dump: %s",
					 directory, entry->d_name, strerror(errno));
	}
	return 0;
}

/* Returns "02-identity-map.bin"; NULL without memory. */
static char *segment_file_name(size_t index, const struct segment *segment)
{
	char *name, *blank;

	if (asprintf(&name, "%02zu-%s.bin", index, segment->name) < 0)
		return NULL;
	while ((blank = strchr(name, ' ')))
		*blank = '-';
	return name;
}

static int dump_segment(int directory_fd, const char *directory, size_t index,
			const struct segment *segment, struct error *err)
{
	_cleanup_free_ char *name = segment_file_name(index, segment);
	int fd, rc;

	if (!name)
		return error_no_memory(err);
	fd = create(directory_fd, name);
	if (fd < 0)
		return report(err, -fd, directory, name);
	rc = copy_data(segment, fd, directory, name, err);
	/* A network file system may report a full disk only now. */
	if (close(fd) < 0 && !rc)
		rc = report(err, errno, directory, name);
	return rc;
}

static int dump_plan(int directory_fd, const char *directory,
		     const struct machine *machine, const struct image *image,
		     struct error *err)
{
	int fd = create(directory_fd, "plan.json");
	FILE *stream;
	int rc;

	if (fd < 0)
		return report(err, -fd, directory, "plan.json");
	stream = fdopen(fd, "w");
	if (!stream) {
		close(fd);
		return error_no_memory(err);
	}
	rc = plan_print_json(stream, machine, image, err);
	if (fclose(stream) && !rc)
		rc = report(err, errno, directory, "plan.json");
	return rc;
}

int plan_dump(const char *directory, const struct machine *machine,
	      const struct image *image, struct error *err)
{
	_cleanup_close_ int fd = -1;
	size_t i;
	int rc;

	/* 0700, because an initrd may hold keys. */
	if (mkdir(directory, 0700) < 0 && errno != EEXIST)
		return error_set(err, errno, "--dump-image=%s: %s", directory,
				 strerror(errno));
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return error_set(err, errno, "--dump-image=%s: %s", directory,
				 strerror(errno));
	rc = remove_earlier_dump(fd, directory, err);
	if (rc < 0)
		return rc;
	for (i = 0; i < image->segment_count; i++) {
		rc = dump_segment(fd, directory, i, &image->segments[i], err);
		if (rc < 0)
			return rc;
	}
	return dump_plan(fd, directory, machine, image, err);
}
