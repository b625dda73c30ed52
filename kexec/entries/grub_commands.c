// SPDX-License-Identifier: GPL-2.0-only
/* GRUB's commands for variables, files and conditions. */
#include "entries/grub_commands.h"

#include <errno.h>
#include <stdio.h>
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

/* set NAME=VALUE, and NAME=VALUE without set */
static int do_set(struct grub_context *context, const struct grub_call *call,
		  struct error *err)
{
	const char *word = call->argv[call->argc > 1 && !strcmp(call->argv[0], "set")];
	const char *value = strchr(word, '=');
	_cleanup_free_ char *name = NULL;

	if (!value)
		return 0;
	name = strndup(word, (size_t)(value - word));
	if (!name)
		return error_no_memory(err);
	return grub_set(context->environment, name,
			call->words->unknown ? NULL : value + 1, err);
}

static int do_unset(struct grub_context *context, const struct grub_call *call,
		    struct error *err)
{
	size_t i;

	(void)err;
	for (i = 1; i < call->argc; i++)
		grub_unset(context->environment, call->argv[i]);
	return 0;
}

static int do_export(struct grub_context *context, const struct grub_call *call,
		     struct error *err)
{
	size_t i;

	for (i = 1; i < call->argc; i++) {
		const char *value = grub_get(context->environment, call->argv[i]);
		int rc = 0;

		/* GRUB keeps the wish for a variable that is set later. */
		if (value && !*value)
			rc = grub_set(context->environment, call->argv[i], "", err);
		if (rc < 0)
			return rc;
		grub_export(context->environment, call->argv[i]);
	}
	return 0;
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

/* increment NAME, decrement NAME (Fedora) */
static int do_increment(struct grub_context *context, const struct grub_call *call,
			struct error *err)
{
	const char *value = call->argc > 1 ? grub_get(context->environment, call->argv[1])
					   : NULL;
	char text[32];

	if (call->argc < 2)
		return 0;
	snprintf(text, sizeof(text), "%ld",
		 (value ? atoi(value) : 0) + (call->argv[0][0] == 'i' ? 1L : -1L));
	return grub_set(context->environment, call->argv[1], value ? text : NULL, err);
}

/* search: a device's name is known to GRUB only; its UUID stands for it. */
static int do_search(struct grub_context *context, const struct grub_call *call,
		     struct error *err)
{
	const char *name = grub_call_option(call, "--set", "-s");
	_cleanup_free_ char *device = NULL, *file = NULL;
	const char *wanted = call->argv[call->argc - 1];
	bool by_uuid = false, by_file = false;
	size_t i;
	int rc;

	for (i = 1; i < call->argc; i++) {
		by_uuid |= !strcmp(call->argv[i], "--fs-uuid") ||
			   !strcmp(call->argv[i], "-u");
		by_file |= !strcmp(call->argv[i], "--file") ||
			   !strcmp(call->argv[i], "-f");
	}
	if (!name)
		name = "root";
	rc = boot_text_set(&device, err, "%c%s", GRUB_DEVICE_MARK, by_uuid ? wanted : "");
	if (!rc && by_file) {
		rc = boot_mounts_find(context->grub->root, context->grub->mounts, NULL,
				      wanted, &file, err);
		context->status = file ? GRUB_TRUE : GRUB_FALSE;
		if (!file)
			return rc;
	}
	return rc ? rc : grub_set(context->environment, name, device, err);
}

/* load_env [-f FILE]: the environment block, by default that of the configuration. */
static int do_load_env(struct grub_context *context, const struct grub_call *call,
		       struct error *err)
{
	const char *name = grub_call_option(call, "--file", "-f");
	_cleanup_free_ char *path = NULL, *text = NULL;
	int rc = name ? grub_find_file(context, name, &path, err)
		      : boot_text_set(&path, err, "%s/grubenv", context->grub->directory);

	if (rc < 0)
		return rc;
	if (!path || root_read_file(context->grub->root, path, BOOT_CONFIG_MAX, &text,
				    NULL, NULL) < 0) {
		context->status = GRUB_FALSE;
		return 0;
	}
	return grub_environment_load(context->environment, text, err);
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

/* Commands with a result that only GRUB has, which may be put into a variable. */
static int do_unknown(struct grub_context *context, const struct grub_call *call,
		      struct error *err)
{
	const char *name = grub_call_option(call, "--set", "-s");
	int rc = 0;

	context->status = GRUB_UNKNOWN;
	if (!strcmp(call->argv[0], "hwmatch"))
		name = "match";
	if (!strcmp(call->argv[0], "read") && call->argc > 1)
		name = call->argv[1];
	/* regexp --set=1:NAME */
	if (name && strchr(name, ':'))
		name = strchr(name, ':') + 1;
	if (name)
		rc = grub_set(context->environment, name, NULL, err);
	return rc;
}

static const struct {
	const char *name;
	grub_handler *handler;
} commands[] = {
	{ "set", do_set },
	{ "unset", do_unset },
	{ "export", do_export },
	{ "[", do_test },
	{ "test", do_test },
	{ "false", do_false },
	{ "return", do_return },
	{ "exit", grub_do_refuse },
	{ "increment", do_increment },
	{ "decrement", do_increment },
	{ "search", do_search },
	{ "search.fs_uuid", do_search },
	{ "load_env", do_load_env },
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
	{ "hwmatch", do_unknown },
	{ "regexp", do_unknown },
	{ "probe", do_unknown },
	{ "smbios", do_unknown },
	{ "cpuid", do_unknown },
	{ "keystatus", do_unknown },
	{ "cmostest", do_unknown },
	{ "read", do_unknown },
	{ "rdmsr", do_unknown },
	{ "date", do_unknown },
	{ "sleep", do_unknown },
	{ "file", do_unknown },
	{ "getenv", do_unknown },
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
		return do_set;
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
