// SPDX-License-Identifier: GPL-2.0-only
/* Kernel command lines: look-up, removal, joining. */
#include "util/command_line.h"

#include <stddef.h>
#include <string.h>

/* The blanks of the kernel's isspace(). */
#define BLANKS " \t\n\v\f\r"

/* One word of a command line; length 0 at its end. */
struct word {
	const char *text;
	size_t length;
};

static struct word next_word(const char *text)
{
	struct word word = { .text = text + strspn(text, BLANKS) };
	bool quoted = false;
	const char *c;

	for (c = word.text; *c && (quoted || !strchr(BLANKS, *c)); c++)
		quoted ^= *c == '"';
	word.length = (size_t)(c - word.text);
	return word;
}

static bool ends_kernel_words(struct word word)
{
	return word.length == 2 && !strncmp(word.text, "--", 2);
}

static char letter(char c)
{
	return c == '-' ? '_' : c;
}

/* A word that is quoted as a whole ("name=a b") has that name, too. */
static bool has_name(struct word word, const char *name)
{
	size_t i = 0;

	if (word.length && word.text[0] == '"') {
		word.text++;
		word.length--;
	}
	while (i < word.length && name[i] && letter(word.text[i]) == letter(name[i]))
		i++;
	return !name[i] &&
	       (i == word.length || word.text[i] == '=' || word.text[i] == '"');
}

bool command_line_has(const char *command_line, const char *name)
{
	struct word word = next_word(command_line);

	for (; word.length; word = next_word(word.text + word.length)) {
		if (ends_kernel_words(word))
			return false;
		if (has_name(word, name))
			return true;
	}
	return false;
}

static bool has_ending(struct word word, const char *ending)
{
	size_t length = strlen(ending);

	if (word.length && word.text[word.length - 1] == '"')
		word.length--;
	return word.length >= length &&
	       !strncmp(word.text + word.length - length, ending, length);
}

bool command_line_has_ending(const char *command_line, const char *name,
			     const char *ending)
{
	struct word word = next_word(command_line);

	for (; word.length; word = next_word(word.text + word.length)) {
		if (ends_kernel_words(word))
			return false;
		if (has_name(word, name) && has_ending(word, ending))
			return true;
	}
	return false;
}

static bool is_named(struct word word, const char *const names[])
{
	for (; *names; names++)
		if (has_name(word, *names))
			return true;
	return false;
}

int command_line_remove(const char *command_line, const char *const names[],
			char **result, struct error *err)
{
	/* The result is never longer than the original. */
	char *kept = malloc(strlen(command_line) + 1);
	struct word word = next_word(command_line);
	bool for_init = false;
	size_t used = 0;

	if (!kept)
		return error_no_memory(err);
	for (; word.length; word = next_word(word.text + word.length)) {
		for_init |= ends_kernel_words(word);
		if (!for_init && is_named(word, names))
			continue;
		if (used)
			kept[used++] = ' ';
		memcpy(kept + used, word.text, word.length);
		used += word.length;
	}
	kept[used] = '\0';
	*result = kept;
	return 0;
}

/* Bytes of the line before the blanks and the word "--"; all if it lacks that word. */
static size_t kernel_part(const char *command_line)
{
	struct word word = next_word(command_line);
	size_t end = 0;

	for (; word.length; word = next_word(word.text + word.length)) {
		if (ends_kernel_words(word))
			return end;
		end = (size_t)(word.text + word.length - command_line);
	}
	return strlen(command_line);
}

int command_line_join(const char *first, const char *second, char **result,
		      struct error *err)
{
	size_t head;
	const char *tail;
	char *joined;

	first = first ? first : "";
	second = second ? second : "";
	head = *second ? kernel_part(first) : strlen(first);
	tail = first + head;
	if (asprintf(&joined, "%.*s%s%s%s%s", (int)head, first,
		     head && *second ? " " : "", second, *tail && !head ? " " : "",
		     tail) < 0)
		return error_no_memory(err);
	*result = joined;
	return 0;
}

int command_line_reuse(const char *running, bool crash, char **result, struct error *err)
{
	static const char *const started[] = { "BOOT_IMAGE", "initrd", "elfcorehdr",
					       "kexec_jump_back_entry", NULL };
	static const char *const crashed[] = { "BOOT_IMAGE",  "initrd",
					       "elfcorehdr",  "kexec_jump_back_entry",
					       "crashkernel", "acpi_rsdp",
					       NULL };

	return command_line_remove(running, crash ? crashed : started, result, err);
}
