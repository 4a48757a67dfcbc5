namespace Hpc.Accounts.Objects.Validation;

/// <summary>Mails of event actions. Recipients may be placeholders, so that they are lines and no more.</summary>
internal static class EventActionEmailRules
{
    public static EventActionEmailConfig Check(string path, EventActionEmailConfig value, ErrorList errors)
    {
        TextRules.RequiredLine($"{path}.subject", value.Subject, errors, "a subject");
        if (value.Body.Length == 0)
        {
            errors.AddMissing($"{path}.body", "a body");
        }

        TextRules.Lines($"{path}.body", value.Body, errors, TextRules.MaxLongText);
        errors.OneOf($"{path}.content_type", value.ContentType, [0, 1]);
        value = value with
        {
            Recipients = KeyValueRules.Texts($"{path}.recipients", value.Recipients, errors),
            Bcc = KeyValueRules.Texts($"{path}.bcc", value.Bcc, errors),
            Attachments = KeyValueRules.Texts($"{path}.attachments", value.Attachments, errors),
        };
        if (value.Recipients.Count == 0 && value.Bcc.Count == 0)
        {
            errors.AddMissing($"{path}.recipients", "one or more recipients");
        }

        return value;
    }
}
