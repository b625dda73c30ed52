// SPDX-License-Identifier: GPL-2.0-only
/* GRUB's commands by name, and those for conditions and files. */
#include "entries/grub_commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "entries/loader_variables.h"

const char *grub_call_option(const struct grub_call *call, const char *name,
			     const char *letter)
{
	size_t length = strlen(name), i;

	for (i = 1; i < call->argc; i++) {
		const char *word = call->argv[i];

		if (!strncmp(word, name, length) && word[length] == '=')
			return word + length + 1;
		if ((!strcmp(word, name) || (letter && !strcmp(word, letter))) &&
		    i + 1 < call->argc)
			return call->argv[i + 1];
	}
	return NULL;
}

static int do_test(struct grub_context *context, const struct grub_call *call,
		   struct error *err)
{
	struct string_list words = { call->words->list.items + 1, call->argc - 1 };

	(void)err;
	if (!strcmp(call->argv[0], "[") && words.count &&
	    !strcmp(words.items[words.count - 1], "]"))
		words.count--;
	context->status = call->words->unknown ? GRUB_UNKNOWN
					       : grub_test(context, &words);
	return 0;
}

static int do_false(struct grub_context *context, const struct grub_call *call,
		    struct error *err)
{
	(void)call;
	(void)err;
	context->status = GRUB_FALSE;
	return 0;
}

static int do_nothing(struct grub_context *context, const struct grub_call *call,
		      struct error *err)
{
	(void)context;
	(void)call;
	(void)err;
	return 0;
}

/* return [STATUS]; without a number, it is the status of the command before. */
static int do_return(struct grub_context *context, const struct grub_call *call,
		     struct error *err)
{
	const char *status = call->argc > 1 ? call->argv[1]
					    : grub_get(context->environment, "?");

	(void)err;
	context->returned = true;
	if (call->words->unknown || !status)
		context->status = GRUB_UNKNOWN;
	else
		context->status = strtoul(status, NULL, 0) ? GRUB_FALSE : GRUB_TRUE;
	return 0;
}

/* source FILE, . FILE: as if its text stood here. configfile FILE: a menu of its own. */
static int do_source(struct grub_context *context, const struct grub_call *call,
		     struct error *err)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	bool replaces = call->argv[0][0] == 'c' || call->argv[0][0] == 'n';
	int rc;

	if (context->entry && replaces)
		return grub_do_refuse(context, call, err);
	if (call->argc < 2)
		return 0;
	if (call->words->unknown)
		return grub_give_up(context, err,
				    "%s: only GRUB can evaluate the variable $%s in the "
				    "name of the file",
				    call->argv[0], call->words->unknown);
	rc = grub_find_file(context, call->argv[1], &path, err);
	if (rc < 0)
		return rc;
	if (!path || root_read_file(context->grub->root, path, BOOT_CONFIG_MAX, &text,
				    NULL, NULL) < 0) {
		context->status = GRUB_FALSE;
		return grub_give_up(context, err, "%s %s: the file cannot be read",
				    call->argv[0], call->argv[1]);
	}
	rc = grub_run_text(context, text, path, err);
	context->stopped = replaces;
	return rc;
}

/* fwsetup --is-supported is a test; without it the command starts the setup. */
static int do_fwsetup(struct grub_context *context, const struct grub_call *call,
		      struct error *err)
{
	if (call->argc < 2)
		return grub_do_refuse(context, call, err);
	context->status = loader_is_efi(context->grub->root) ? GRUB_TRUE : GRUB_FALSE;
	return 0;
}

static const struct {
	const char *name;
	grub_handler *handler;
} commands[] = {
	{ "set", grub_do_set },
	{ "unset", grub_do_unset },
	{ "export", grub_do_export },
	{ "[", do_test },
	{ "test", do_test },
	{ "false", do_false },
	{ "return", do_return },
	{ "exit", grub_do_refuse },
	{ "increment", grub_do_increment },
	{ "decrement", grub_do_increment },
	{ "search", grub_do_search },
	{ "search.fs_uuid", grub_do_search },
	{ "load_env", grub_do_load_env },
	{ "source", do_source },
	{ ".", do_source },
	{ "configfile", do_source },
	{ "normal", do_source },
	{ "fwsetup", do_fwsetup },
	{ "menuentry", grub_do_menuentry },
	{ "submenu", grub_do_menuentry },
	{ "blscfg", grub_do_blscfg },
	{ "linux", grub_do_linux },
	{ "linuxefi", grub_do_linux },
	{ "linux16", grub_do_linux },
	{ "initrd", grub_do_initrd },
	{ "initrdefi", grub_do_initrd },
	{ "initrd16", grub_do_initrd },
	{ "chainloader", grub_do_chainloader },
	{ "multiboot", grub_do_refuse },
	{ "multiboot2", grub_do_refuse },
	{ "xen_hypervisor", grub_do_refuse },
	{ "halt", grub_do_refuse },
	{ "reboot", grub_do_refuse },
	{ "uki", grub_do_refuse },
	{ "hwmatch", grub_do_unknown },
	{ "regexp", grub_do_unknown },
	{ "probe", grub_do_unknown },
	{ "smbios", grub_do_unknown },
	{ "cpuid", grub_do_unknown },
	{ "keystatus", grub_do_unknown },
	{ "cmostest", grub_do_unknown },
	{ "read", grub_do_unknown },
	{ "rdmsr", grub_do_unknown },
	{ "date", grub_do_unknown },
	{ "sleep", grub_do_unknown },
	{ "file", grub_do_unknown },
	{ "getenv", grub_do_unknown },
};

/* Commands that do not change what is started. */
static const char *const harmless[] = {
	"true",
	"insmod",
	"rmmod",
	"echo",
	"loadfont",
	"terminal_output",
	"terminal_input",
	"background_image",
	"background_color",
	"play",
	"clear",
	"serial",
	"password",
	"password_pbkdf2",
	"save_env",
	"list_env",
	"videoinfo",
	"keymap",
	"set_background_image",
	"gettext",
	"setparams",
	"efi-watchdog",
	"tpm",
	"module",
	"module2",
	"drivemap",
	"parttool",
	"nativedisk",
	"devicetree",
	"acpi",
	"authenticate",
	"cryptomount",
	"loopback",
	"lsefi",
	"pager",
	"videotest",
	"bli",
	"outb",
	"legacy_initrd_nounzip",
	"cat",
	"ls",
	"cpufreq",
	"shim_lock",
	"crypto",
	"at_keyboard_fallback_set",
	"efifwsetup",
	"power",
	"tpm_record_pcrs",
	"tpm2_key_protector_init",
	"wrmsr",
	"boot",
};

static grub_handler *find_handler(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(commands[i].name, name))
			return commands[i].handler;
	for (i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (!strcmp(harmless[i], name))
			return do_nothing;
	/* NAME=VALUE is a command, too. */
	if (strchr(name, '=') && name[0] != '=')
		return grub_do_set;
	return NULL;
}

int grub_command(struct grub_context *context, const struct grub_words *words,
		 const struct grub_token *token, struct grub_block body,
		 struct error *err)
{
	const struct grub_call call = {
		.words = words,
		.argv = words->list.items,
		.argc = words->list.count,
		.line = token->line,
		.body = body,
	};
	grub_handler *handler = find_handler(call.argv[0]);

	context->status = GRUB_TRUE;
	if (handler)
		return handler(context, &call, err);
	context->status = GRUB_UNKNOWN;
	return grub_give_up(context, err,
			    "/%s, line %u: kexec does not know GRUB's command \"%s\"",
			    body.script->path, token->line, call.argv[0]);
}
