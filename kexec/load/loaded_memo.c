// SPDX-License-Identifier: GPL-2.0-only
#include "load/loaded_memo.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "machine/machine.h"
#include "util/json_writer.h"
#include "util/utc.h"

#define DIRECTORY      "run/kexec"
#define FILE_BYTES_MAX (1u << 20)
#define BOOT_ID_KEY    "boot_id"

static const char *file_name(bool crash)
{
	return crash ? "crash.json" : "normal.json";
}

static int report(struct error *err, int number, const char *what, const char *name)
{
	return error_set(err, number, "cannot %s /" DIRECTORY "%s%s: %s", what,
			 name[0] ? "/" : "", name, strerror(number));
}

static int open_directory(const struct root *root, bool make, struct error *err)
{
	int fd;

	if (make && mkdirat(root->fd, DIRECTORY, 0755) < 0 && errno != EEXIST)
		return report(err, errno, "make", "");
	fd = openat(root->fd, DIRECTORY, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	return fd < 0 ? report(err, errno, "open", "") : fd;
}

static struct json_object *initrds_json(struct json_writer *writer,
					const struct options *options)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < options->initrd_count; i++)
		json_append(writer, array, json_text(options->initrds[i]));
	return array;
}

static struct json_object *memo_json(struct json_writer *writer,
				     const struct load_inputs *inputs, const char *call,
				     const char *command_line, uint64_t identity)
{
	struct json_object *object = json_object_new_object();
	char utc[UTC_TEXT_BYTES];

	utc_text((uint64_t)time(NULL), utc);
	json_put_text(writer, object, BOOT_ID_KEY, inputs->machine.boot_id);
	json_put_text(writer, object, "kernel", inputs->options.kernel);
	json_put(writer, object, "initrds", initrds_json(writer, &inputs->options));
	json_put_text(writer, object, "command_line", command_line);
	json_put_text(writer, object, "system_call", call);
	json_put_text(writer, object, "time", utc);
	json_put_size(writer, object, "uid", getuid());
	json_put_known_address(writer, object, "identity", identity);
	return object;
}

/* Writes a new file beside the old one and renames it. */
static int replace(int directory, const char *name, const char *new_name,
		   struct json_writer *writer, struct json_object *object,
		   struct error *err)
{
	FILE *stream;
	int fd, rc;

	if (unlinkat(directory, new_name, 0) < 0 && errno != ENOENT) {
		json_object_put(object);
		return report(err, errno, "replace", new_name);
	}
	fd = openat(directory, new_name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	stream = fd < 0 ? NULL : fdopen(fd, "w");
	if (!stream) {
		rc = report(err, errno, "write", new_name);
		if (fd >= 0)
			close(fd);
		json_object_put(object);
		return rc;
	}
	rc = json_writer_print(writer, object, stream, "/" DIRECTORY, err);
	if (fclose(stream) && !rc)
		rc = report(err, errno, "write", new_name);
	if (!rc && renameat(directory, new_name, directory, name) < 0)
		rc = report(err, errno, "replace", name);
	return rc;
}

int loaded_memo_write(const struct root *root, const struct load_inputs *inputs,
		      const char *call, const char *command_line, uint64_t identity,
		      struct error *err)
{
	bool crash = inputs->options.crash;
	struct json_writer writer = { false };
	_cleanup_close_ int directory = -1;
	int rc = json_writer_begin(err);

	if (rc < 0)
		return rc;
	directory = open_directory(root, true, err);
	if (directory < 0)
		return directory;
	return replace(directory, file_name(crash), crash ? "crash.new" : "normal.new",
		       &writer, memo_json(&writer, inputs, call, command_line, identity),
		       err);
}

int loaded_memo_remove(const struct root *root, bool crash, struct error *err)
{
	_cleanup_error_ struct error why = { 0 };
	_cleanup_close_ int directory = open_directory(root, false, &why);

	if (directory == -ENOENT)
		return 0;
	if (directory < 0)
		return report(err, -directory, "open", "");
	if (unlinkat(directory, file_name(crash), 0) < 0 && errno != ENOENT)
		return report(err, errno, "remove", file_name(crash));
	return 0;
}

/* Returns the text of a key, or NULL; it belongs to the object. */
static const char *text_of(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(object, key, &value) ||
	    !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

/*
 * Returns the contents of the file, to be released with json_object_put; NULL if it is
 * missing, is not a JSON object, or is of another boot.
 */
static struct json_object *read_memo(const struct root *root, bool crash,
				     const char *boot_id)
{
	_cleanup_free_ char *text = NULL;
	struct json_object *object;
	const char *found;

	if (!boot_id || root_readf_file(root, FILE_BYTES_MAX, &text, NULL, NULL, "%s/%s",
					DIRECTORY, file_name(crash)) < 0)
		return NULL;
	object = json_tokener_parse(text);
	found = json_object_is_type(object, json_type_object)
			? text_of(object, BOOT_ID_KEY)
			: NULL;
	if (found && !strcmp(found, boot_id))
		return object;
	json_object_put(object);
	return NULL;
}

static void print_text_of(FILE *stream, const char *label, struct json_object *memo,
			  const char *key)
{
	const char *text = text_of(memo, key);

	if (!text)
		return;
	fprintf(stream, "    %-16s ", label);
	print_escaped(stream, text);
	fputc('\n', stream);
}

static void print_initrds(FILE *stream, struct json_object *memo)
{
	struct json_object *array = NULL;
	size_t i;

	if (!json_object_object_get_ex(memo, "initrds", &array) ||
	    !json_object_is_type(array, json_type_array))
		return;
	for (i = 0; i < json_object_array_length(array); i++) {
		struct json_object *item = json_object_array_get_idx(array, i);

		if (!json_object_is_type(item, json_type_string))
			continue;
		fprintf(stream, "    %-16s ", "Initrd");
		print_escaped(stream, json_object_get_string(item));
		fputc('\n', stream);
	}
}

static void print_kind(FILE *stream, const char *label, bool known, bool loaded,
		       struct json_object *memo)
{
	fprintf(stream, "%-20s %s\n", label,
		!known	 ? "unknown"
		: loaded ? memo ? "loaded" : "loaded; which kernel it is, is unknown"
			 : "not loaded");
	if (!memo)
		return;
	print_text_of(stream, "File", memo, "kernel");
	print_initrds(stream, memo);
	print_text_of(stream, "Command line", memo, "command_line");
	print_text_of(stream, "System call", memo, "system_call");
	print_text_of(stream, "Time", memo, "time");
	print_text_of(stream, "Identity", memo, "identity");
}

/* Returns the texts of an array, without items that are not texts. */
static struct json_object *texts_of(struct json_writer *writer, struct json_object *memo,
				    const char *key)
{
	struct json_object *array = json_object_new_array(), *found = NULL;
	size_t i;

	if (!json_object_object_get_ex(memo, key, &found) ||
	    !json_object_is_type(found, json_type_array))
		return array;
	for (i = 0; i < json_object_array_length(found); i++) {
		struct json_object *item = json_object_array_get_idx(found, i);

		if (json_object_is_type(item, json_type_string))
			json_append(writer, array,
				    json_text(json_object_get_string(item)));
	}
	return array;
}

/*
 * Returns the members of a memo that the contract for programs names. Another version of
 * kexec may have written the file: what is missing or of another type becomes null.
 */
static struct json_object *load_json(struct json_writer *writer, struct json_object *memo)
{
	static const char *const texts[] = { "kernel", "command_line", "system_call",
					     "time", "identity" };
	struct json_object *object = json_object_new_object(), *uid = NULL;
	size_t i;

	json_put_text(writer, object, BOOT_ID_KEY, text_of(memo, BOOT_ID_KEY));
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		json_put_text(writer, object, texts[i], text_of(memo, texts[i]));
	json_put(writer, object, "initrds", texts_of(writer, memo, "initrds"));
	if (json_object_object_get_ex(memo, "uid", &uid) &&
	    json_object_is_type(uid, json_type_int))
		json_put(writer, object, "uid", json_object_get(uid));
	else
		json_put_text(writer, object, "uid", NULL);
	return object;
}

static struct json_object *kind_json(struct json_writer *writer, bool known, bool loaded,
				     struct json_object *memo)
{
	struct json_object *object = json_object_new_object();

	if (known)
		json_put_bool(writer, object, "loaded", loaded);
	else
		json_put_text(writer, object, "loaded", NULL);
	if (memo)
		json_put(writer, object, "load", load_json(writer, memo));
	else
		json_put_text(writer, object, "load", NULL);
	return object;
}

int loaded_memo_print(const struct root *root, bool json, FILE *stream, struct error *err)
{
	_cleanup_free_ char *boot_id = machine_read_boot_id(root);
	struct json_object *normal, *crash, *object;
	struct json_writer writer = { false };
	_cleanup_machine_status_ struct machine_status status = { 0 };
	int rc = json_writer_begin(err);

	if (rc < 0)
		return rc;
	machine_read_status(root, xen_role_read(root), &status);
	normal = status.normal_loaded ? read_memo(root, false, boot_id) : NULL;
	crash = status.crash_loaded ? read_memo(root, true, boot_id) : NULL;
	if (!json) {
		print_kind(stream, "Kernel", status.normal_known, status.normal_loaded,
			   normal);
		print_kind(stream, "Crash kernel", status.crash_known,
			   status.crash_loaded, crash);
	} else {
		object = json_output(&writer);
		json_put(&writer, object, "normal",
			 kind_json(&writer, status.normal_known, status.normal_loaded,
				   normal));
		json_put(&writer, object, "crash",
			 kind_json(&writer, status.crash_known, status.crash_loaded,
				   crash));
		rc = json_writer_print(&writer, object, stream, "the status", err);
	}
	json_object_put(normal);
	json_object_put(crash);
	return rc;
}
