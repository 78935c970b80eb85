/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "config/sections.h"
#include "model/email.h"

#include <string.h>

/* The key of DOMAIN, or NULL with a problem. New string. */
static char *domain_of(Reader *reader, const config_setting_t *setting)
{
    const char *domain = config_setting_get_string(setting);
    if (domain == NULL) {
        reader_problem(reader, setting, NULL, "a domain is expected");
        return NULL;
    }
    g_autofree char *address = g_strconcat("x@", domain, NULL);
    g_autofree char *key = NULL;
    if (email_key(address, strlen(address), &key, NULL))
        return g_strdup(key + strlen("x@"));
    g_autofree char *safe = text_safe(domain, -1);
    reader_problem(reader, setting, NULL, "'%s' is no domain", safe);
    return NULL;
}

/* ( "old.example", "new.example" ): an address in one of them is the same in the others. */
static void read_same(Reader *reader, const config_setting_t *setting, Lifecycle *lifecycle)
{
    if (!setting_is_list(setting) || config_setting_length(setting) < 2) {
        reader_problem(reader, setting, "write ( ( \"old.example\", \"new.example\" ) )",
                       "a list of two or more domains is expected");
        return;
    }
    g_autoptr(GPtrArray) domains = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < config_setting_length(setting); i++) {
        char *key = domain_of(reader, config_setting_get_elem(setting, (unsigned) i));
        if (key != NULL)
            g_ptr_array_add(domains, key);
    }
    g_ptr_array_add(domains, NULL);
    g_ptr_array_set_free_func(domains, NULL);
    g_ptr_array_add(lifecycle->same_domains, g_ptr_array_steal(domains, NULL));
}

static void read_same_domains(Section *section, Lifecycle *lifecycle)
{
    const config_setting_t *setting = section_get(section, "same_domains");
    if (setting == NULL)
        return;
    if (!setting_is_list(setting)) {
        reader_problem(section->reader, setting, NULL, "a list of lists of domains is expected");
        return;
    }
    /* one pair without the list around it is understood, too */
    if (config_setting_length(setting) > 0 &&
        config_setting_type(config_setting_get_elem(setting, 0)) == CONFIG_TYPE_STRING) {
        read_same(section->reader, setting, lifecycle);
        return;
    }
    for (int i = 0; i < config_setting_length(setting); i++)
        read_same(section->reader, config_setting_get_elem(setting, (unsigned) i), lifecycle);
}

/* "2027-06-30" -> the first second of the day after, UTC. */
static bool end_of_day(const char *date, int64_t *ret_end)
{
    g_autofree char *midnight = g_strconcat(date, "T00:00:00Z", NULL);
    g_autoptr(GDateTime) begin =
        strlen(date) == strlen("2027-06-30") ? g_date_time_new_from_iso8601(midnight, NULL) : NULL;
    if (begin == NULL)
        return false;
    g_autoptr(GDateTime) end = g_date_time_add_days(begin, 1);
    if (end == NULL)
        return false;
    *ret_end = g_date_time_to_unix(end);
    return true;
}

static void read_external(Section *section, Lifecycle *lifecycle)
{
    g_autofree char *mail = section_string(section, "mail", SECTION_REQUIRED);
    g_autofree char *owner = section_string(section, "owner", SECTION_REQUIRED);
    g_autofree char *until = section_string(section, "until", SECTION_REQUIRED);
    g_autofree char *key = NULL;
    g_autoptr(GError) error = NULL;
    int64_t end = 0;
    if (mail != NULL && !email_key(mail, strlen(mail), &key, &error))
        reader_problem(section->reader, section_get(section, "mail"), NULL, "%s", error->message);
    if (until != NULL && !end_of_day(until, &end)) {
        g_autofree char *safe = text_safe(until, -1);
        reader_problem(section->reader, section_get(section, "until"),
                       "write the last day as \"2027-06-30\"", "'%s' is no day", safe);
    }
    if (key != NULL && end != 0)
        g_ptr_array_add(lifecycle->externals, external_new(mail, key, owner, until, end));
}

static void read_externals(Section *section, Lifecycle *lifecycle)
{
    g_autoptr(GPtrArray) sections = section_groups(section, "externals", SECTION_OPTIONAL);
    for (guint i = 0; i < sections->len; i++) {
        Section *external = g_ptr_array_index(sections, i);
        read_external(external, lifecycle);
        section_close(external);
    }
}

void read_people_policy(Section *section, Lifecycle *lifecycle)
{
    read_same_domains(section, lifecycle);
    read_externals(section, lifecycle);
    Section *invitations = section_group(section, "invitations", SECTION_OPTIONAL);
    if (invitations == NULL)
        return;
    lifecycle->resend_max = section_int(invitations, "resend_max", 0, 100, lifecycle->resend_max);
    lifecycle->resend_after_days =
        section_int(invitations, "resend_after_days", 1, 3650, lifecycle->resend_after_days);
    section_close(invitations);
}
