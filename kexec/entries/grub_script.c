// SPDX-License-Identifier: GPL-2.0-only
/* Splits GRUB configurations into tokens. */
#include "entries/grub_script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Blocks within blocks; GRUB's own files have at most five. */
#define DEPTH_MAX 64u

/* GRUB's lexer reserves these characters, but its grammar uses none of them. */
#define UNUSED "<>&|"

struct lexer {
	const char *at;
	unsigned line;
	bool command; /* the next word is the first one of a command */
	struct grub_script *script;
	size_t room;
};

static const struct {
	const char *name;
	enum grub_token_kind kind;
	bool command; /* another command may follow at once */
} reserved[] = {
	{ "if", GRUB_IF, true },
	{ "then", GRUB_THEN, true },
	{ "elif", GRUB_ELIF, true },
	{ "else", GRUB_ELSE, true },
	{ "fi", GRUB_FI, false },
	{ "while", GRUB_LOOP, true },
	{ "until", GRUB_LOOP, true },
	{ "for", GRUB_LOOP, false },
	{ "do", GRUB_DO, true },
	{ "done", GRUB_DONE, false },
	{ "function", GRUB_FUNCTION, false },
};

void grub_script_clear(struct grub_script *script)
{
	size_t i;

	for (i = 0; i < script->count; i++)
		free(script->tokens[i].text);
	free(script->tokens);
	free(script->path);
	*script = (struct grub_script){ 0 };
}

static int add_token(struct lexer *lexer, enum grub_token_kind kind, const char *text,
		     size_t length, struct error *err)
{
	struct grub_script *script = lexer->script;
	struct grub_token *tokens = script->tokens;

	if (script->count == GRUB_TOKENS_MAX)
		return error_set(err, EFBIG, "/%s has more than %u words", script->path,
				 GRUB_TOKENS_MAX);
	if (script->count == lexer->room) {
		lexer->room = lexer->room ? lexer->room * 2 : 256;
		tokens = reallocarray(tokens, lexer->room, sizeof(*tokens));
		if (!tokens)
			return error_no_memory(err);
		script->tokens = tokens;
	}
	tokens[script->count] = (struct grub_token){ .kind = kind,
						     .text = strndup(text, length),
						     .line = lexer->line };
	if (!tokens[script->count].text)
		return error_no_memory(err);
	script->count++;
	return 0;
}

static int unterminated(const struct lexer *lexer, unsigned line, const char *what,
			struct error *err)
{
	return error_set(err, EBADMSG, "/%s: line %u: %s lacks its end",
			 lexer->script->path, line, what);
}

/* Returns the end of a quotation that begins at text, or NULL. */
static const char *skip_quotes(const char *text)
{
	char quote = *text++;

	for (; *text && *text != quote; text++)
		if (quote == '"' && *text == '\\' && text[1])
			text++;
	return *text ? text + 1 : NULL;
}

/* Returns the end of the word at text, or NULL if a quotation in it has none. */
static const char *skip_word(const char *text)
{
	while (*text && !strchr(" \t\r\n;" UNUSED, *text)) {
		if (*text == '\'' || *text == '"') {
			text = skip_quotes(text);
			if (!text)
				return NULL;
		} else if (*text == '\\' && text[1]) {
			text += 2;
		} else if (text[0] == '$' && text[1] == '{') {
			const char *end = strchr(text, '}');

			text = end ? end + 1 : text + 2;
		} else {
			text++;
		}
	}
	return text;
}

static void count_lines(struct lexer *lexer, const char *end)
{
	for (; lexer->at < end; lexer->at++)
		lexer->line += *lexer->at == '\n';
}

static int take_word(struct lexer *lexer, struct error *err)
{
	const char *start = lexer->at, *end = skip_word(start);
	enum grub_token_kind kind = GRUB_WORD;
	bool command = false;
	size_t length, i;
	int rc;

	if (!end)
		return unterminated(lexer, lexer->line, "a quotation", err);
	length = (size_t)(end - start);
	if (length == 1 && *start == '{')
		kind = GRUB_OPEN;
	if (length == 1 && *start == '}')
		kind = GRUB_CLOSE;
	for (i = 0; lexer->command && i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		if (strlen(reserved[i].name) != length ||
		    strncmp(start, reserved[i].name, length))
			continue;
		kind = reserved[i].kind;
		command = reserved[i].command;
	}
	rc = add_token(lexer, kind, start, length, err);
	count_lines(lexer, end);
	lexer->command = command || kind == GRUB_OPEN;
	return rc;
}

static int split(struct lexer *lexer, struct error *err)
{
	int rc = 0;

	while (!rc && *lexer->at) {
		if (strchr(" \t\r", *lexer->at)) {
			lexer->at++;
		} else if (lexer->at[0] == '\\' && lexer->at[1] == '\n') {
			lexer->line++;
			lexer->at += 2;
		} else if (*lexer->at == '\n' || *lexer->at == ';') {
			rc = add_token(lexer, GRUB_END, lexer->at, 1, err);
			lexer->line += *lexer->at++ == '\n';
			lexer->command = true;
		} else if (strchr(UNUSED, *lexer->at)) {
			rc = error_set(err, EBADMSG, "/%s: line %u: unexpected \"%c\"",
				       lexer->script->path, lexer->line, *lexer->at);
		} else if (*lexer->at == '#') {
			lexer->at += strcspn(lexer->at, "\n");
		} else {
			rc = take_word(lexer, err);
		}
	}
	return rc ? rc : add_token(lexer, GRUB_END, "", 0, err);
}

/* True if a token of this kind continues one of the kind before. */
static bool continues(enum grub_token_kind before, enum grub_token_kind kind)
{
	switch (kind) {
	case GRUB_THEN:
		return before == GRUB_IF || before == GRUB_ELIF;
	case GRUB_ELIF:
	case GRUB_ELSE:
		return before == GRUB_THEN;
	case GRUB_FI:
		return before == GRUB_THEN || before == GRUB_ELSE;
	case GRUB_DO:
		return before == GRUB_LOOP;
	case GRUB_DONE:
		return before == GRUB_DO;
	case GRUB_CLOSE:
		return before == GRUB_OPEN;
	default:
		return false;
	}
}

static bool begins(enum grub_token_kind kind)
{
	return kind == GRUB_IF || kind == GRUB_LOOP || kind == GRUB_OPEN;
}

/* Links the parts of each if, loop and block. */
static int link_parts(struct lexer *lexer, struct error *err)
{
	struct grub_script *script = lexer->script;
	struct grub_token *tokens = script->tokens;
	size_t open[DEPTH_MAX], depth = 0, i;

	for (i = 0; i < script->count; i++) {
		enum grub_token_kind kind = tokens[i].kind;

		if (begins(kind)) {
			if (depth == DEPTH_MAX)
				return error_set(err, EFBIG,
						 "/%s: line %u: more than %u blocks "
						 "within each other",
						 script->path, tokens[i].line, DEPTH_MAX);
			open[depth++] = i;
		} else if (kind != GRUB_WORD && kind != GRUB_END &&
			   kind != GRUB_FUNCTION) {
			if (!depth || !continues(tokens[open[depth - 1]].kind, kind))
				return error_set(
					err, EBADMSG, "/%s: line %u: unexpected \"%s\"",
					script->path, tokens[i].line, tokens[i].text);
			tokens[open[depth - 1]].next = i;
			open[depth - 1] = i;
			if (kind == GRUB_FI || kind == GRUB_DONE || kind == GRUB_CLOSE)
				depth--;
		}
	}
	if (depth)
		return unterminated(lexer, tokens[open[depth - 1]].line,
				    tokens[open[depth - 1]].text, err);
	return 0;
}

int grub_script_parse(const char *text, const char *path, struct grub_script *script,
		      struct error *err)
{
	struct lexer lexer = { .at = text, .line = 1, .command = true, .script = script };
	int rc;

	script->path = strdup(path);
	if (!script->path)
		return error_no_memory(err);
	rc = split(&lexer, err);
	return rc ? rc : link_parts(&lexer, err);
}
