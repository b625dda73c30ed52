// SPDX-License-Identifier: GPL-2.0-only
/*
 * ELF boot notes ("ELF Booting", E. Biederman, LinuxBIOS, 2002): a header with signature,
 * size, checksum and number of notes, then notes without names, each padded to four
 * bytes. Adds one segment to the image.
 */
#include "arch/x86_64/elf_notes.h"

#include <elf.h>
#include <errno.h>

#include "arch/x86_64/linux_image.h"
#include "util/bytes.h"

#define NOTES_SIGNATURE		0x0e1fb007u

#define NOTE_BOOTLOADER_NAME	2u /* EBN_BOOTLOADER_NAME */
#define NOTE_BOOTLOADER_VERSION 3u /* EBN_BOOTLOADER_VERSION */
#define NOTE_COMMAND_LINE	4u /* EBN_COMMAND_LINE */

/* The proposal has no limit. A longer line is more likely a file passed by mistake. */
#define COMMAND_LINE_MAX 65535u

struct notes_header {
	uint32_t signature;
	uint32_t size; /* of header and notes, bytes */
	uint16_t checksum;
	uint16_t count;
};

_Static_assert(sizeof(struct notes_header) == 12, "notes_header");

struct note {
	uint32_t type;
	const char *text;
};

#define NOTE_COUNT 3u

/*
 * The stack of a 32-bit program at its entry: a return address, which is 0 because it
 * cannot return, and its argument, at a multiple of 16 (System V ABI for i386, "The Stack
 * Frame").
 */
struct first_frame {
	uint32_t return_address;
	uint32_t argument;
	uint32_t padding[3];
};

static uint64_t note_size(const struct note *note)
{
	return sizeof(Elf32_Nhdr) + align_up(strlen(note->text) + 1, 4);
}

static uint64_t write_note(const struct note *note, uint8_t *data)
{
	Elf32_Nhdr header = { .n_descsz = (uint32_t)strlen(note->text) + 1,
			      .n_type = note->type };

	memcpy(data, &header, sizeof(header));
	memcpy(data + sizeof(header), note->text, header.n_descsz);
	return note_size(note);
}

/* RFC 1071. Never 0, because 0 means that the checksum is missing. size is even. */
static uint16_t internet_checksum(const uint8_t *data, uint64_t size)
{
	uint32_t sum = 0;
	uint64_t i;

	for (i = 0; i < size; i += 2) {
		sum += data[i] | (uint32_t)data[i + 1] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum == 0xffff ? 0xffff : (uint16_t)~sum;
}

static void write_notes(const struct note notes[NOTE_COUNT], uint64_t size, uint8_t *data)
{
	struct notes_header header = { .signature = NOTES_SIGNATURE,
				       .size = (uint32_t)size,
				       .count = NOTE_COUNT };
	uint64_t at = sizeof(header);
	size_t i;

	for (i = 0; i < NOTE_COUNT; i++)
		at += write_note(&notes[i], data + at);
	memcpy(data, &header, sizeof(header));
	header.checksum = internet_checksum(data, size);
	memcpy(data, &header, sizeof(header));
}

/* In 32-bit mode the stack is the segment's last page, below the frame. */
static void pass(uint64_t address, uint64_t stack, uint8_t *frame, struct image *image)
{
	struct first_frame first = { .argument = (uint32_t)address };

	if (image->registers.mode == IMAGE_ENTRY_64BIT) {
		image->registers.di = address;
		return;
	}
	memcpy(frame, &first, sizeof(first));
	image->registers.sp = stack;
}

int elf_notes_build(const struct load_request *request, struct image *image,
		    struct error *err)
{
	struct setup_header limits = { .cmdline_size = COMMAND_LINE_MAX };
	struct placement placement = { .name = "parameters", .highest = true };
	struct note notes[NOTE_COUNT];
	struct segment *segment;
	uint64_t size = sizeof(struct notes_header), stack;
	uint8_t *data;
	size_t i;
	int rc = linux_build_command_line(request, &limits, image, err);

	if (rc < 0)
		return rc;
	notes[0] = (struct note){ NOTE_BOOTLOADER_NAME, "kexec" };
	notes[1] = (struct note){ NOTE_BOOTLOADER_VERSION, PACKAGE_VERSION };
	notes[2] = (struct note){ NOTE_COMMAND_LINE, image->command_line };
	for (i = 0; i < NOTE_COUNT; i++)
		size += note_size(&notes[i]);
	/* Behind the notes a page for the stack, and at its end the first frame. */
	stack = align_up(size, PAGE_BYTES) + PAGE_BYTES - sizeof(struct first_frame);
	placement.size = stack + sizeof(struct first_frame);
	placement.max = image_entry_limit(image);
	rc = image_place(image, &placement, &segment, err);
	if (rc < 0)
		return rc;
	data = segment_allocate(segment, placement.size);
	if (!data)
		return error_no_memory(err);
	write_notes(notes, size, data);
	pass(segment->start, segment->start + stack, data + stack, image);
	return 0;
}
